import { afterEach, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, nextTick, reactive } from 'vue'
import type { Query } from '@/shared/api/http'
import type { Page } from '@/shared/api/types'
import { useSummedList } from './summedList'

interface Sum {
  count: number
  next_cursor: string | null
}

const { route, push } = vi.hoisted(() => ({
  route: { path: '/admin/canteen/records', query: {} as Record<string, string> },
  push: vi.fn(),
}))
vi.mock('vue-router', async () => {
  const { reactive: live } = await import('vue')
  return { useRoute: () => live(route), useRouter: () => ({ push }) }
})

const NOON = Date.parse('2026-11-25T04:00:00Z')
const apps: { unmount: () => void }[] = []
afterEach(() => {
  apps.splice(0).forEach((app) => app.unmount())
  vi.useRealTimers()
  Object.assign(reactive(route), { path: '/admin/canteen/records', query: {} })
})

function page() {
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] })
  const rows = vi.fn<(question: Query) => Promise<Page<{ id: string }>>>(async () => ({ items: [], next_cursor: null }))
  const sums = vi.fn<(question: Query) => Promise<Sum>>(async () => ({ count: 0, next_cursor: null }))
  let made: ReturnType<typeof useSummedList> | null = null
  const host = defineComponent(() => {
    made = useSummedList(['meal'], rows, { ask: sums, add: (all) => all }) as never
    return () => h('div')
  })
  const app = createApp(host)
  apps.push(app)
  app.mount(document.createElement('div'))
  return { rows, sums, ...(made as unknown as ReturnType<typeof useSummedList>) }
}

it('asks rows and sums the same question: the last seven days, then what the address says', async () => {
  const { rows, sums } = page()
  await nextTick()
  const week = { first: '2026-11-19', last: '2026-11-25', meal: '' }
  expect(rows).toHaveBeenLastCalledWith({ ...week, cursor: '' })
  expect(sums).toHaveBeenLastCalledWith({ ...week, cursor: null })
  reactive(route).query = { first: '2026-11-01', last: '2026-11-02', meal: 'lunch', cursor: 'x' }
  await nextTick()
  const asked = { first: '2026-11-01', last: '2026-11-02', meal: 'lunch' }
  expect(rows).toHaveBeenLastCalledWith({ ...asked, cursor: 'x' })
  expect(sums).toHaveBeenLastCalledWith({ ...asked, cursor: null })
})

it('writes a changed filter into the address, and turning the page sums nothing anew', async () => {
  reactive(route).query = { meal: 'lunch' }
  const { list, sums } = page()
  await nextTick()
  list.filterBy({ first: '2026-11-01', last: '2026-11-02' })
  expect(push.mock.lastCall?.[0].query).toEqual({ first: '2026-11-01', last: '2026-11-02', meal: 'lunch' })
  const before = sums.mock.calls.length
  reactive(route).query = { meal: 'lunch', cursor: 'y' }
  await nextTick()
  expect(sums).toHaveBeenCalledTimes(before)
})

it('begins anew with 刷新, past midnight with the new day; leaving the page asks nothing', async () => {
  const { list, sums } = page()
  await nextTick()
  vi.setSystemTime(NOON + 24 * 3_600_000)
  await list.reload()
  expect(sums.mock.lastCall?.[0]).toMatchObject({ first: '2026-11-20', last: '2026-11-26' })
  const before = sums.mock.calls.length
  Object.assign(reactive(route), { path: '/admin/canteen/topups', query: { meal: 'dinner' } })
  await nextTick()
  expect(sums).toHaveBeenCalledTimes(before)
})
