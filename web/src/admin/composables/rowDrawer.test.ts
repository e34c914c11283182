import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h } from 'vue'
import { ApiError } from '@/shared/api/errors'
import { type RowDrawer, useRowDrawer } from './rowDrawer'

const { query } = vi.hoisted(() => ({ query: {} as Record<string, string> }))
vi.mock('vue-router', () => ({ useRoute: () => ({ query }) }))
vi.mock('element-plus', () => ({ ElMessage: { error: vi.fn() } }))
vi.mock('element-plus/es/components/message/style/css', () => ({}))

interface Thing {
  id: string
  version: number
}

function drawerWith(fetchOne: (id: string) => Promise<Thing>, changed: Thing[] = []): RowDrawer<Thing> {
  let drawer: RowDrawer<Thing> | null = null
  const host = defineComponent(() => {
    drawer = useRowDrawer<Thing>('thing', fetchOne, (row) => changed.push(row))
    return () => h('div')
  })
  createApp(host).mount(document.createElement('div'))
  return drawer as unknown as RowDrawer<Thing>
}

afterEach(() => delete query['thing'])

describe('the drawer beside a list', () => {
  it('keeps the row opened last, whichever answer comes last', async () => {
    const answers = new Map<string, (thing: Thing) => void>()
    const drawer = drawerWith((id) => new Promise((resolve) => answers.set(id, resolve)))
    const first = drawer.open({ id: 'a', version: 1 })
    const second = drawer.open({ id: 'b', version: 1 })
    answers.get('b')?.({ id: 'b', version: 2 })
    answers.get('a')?.({ id: 'a', version: 2 })
    await Promise.all([first, second])
    expect(drawer.row.value).toEqual({ id: 'b', version: 2 })
  })

  it('stays shut when the answer comes after closing', async () => {
    let answer: (thing: Thing) => void = () => undefined
    const drawer = drawerWith(() => new Promise((resolve) => (answer = resolve)))
    const opening = drawer.open({ id: 'a', version: 1 })
    drawer.close()
    answer({ id: 'a', version: 2 })
    await opening
    expect(drawer.row.value).toBeNull()
  })

  it('shows what is true now when somebody else was faster', async () => {
    const changed: Thing[] = []
    const drawer = drawerWith(async (id) => ({ id, version: 7 }), changed)
    await drawer.open({ id: 'a', version: 1 })
    await drawer.change(() => Promise.reject(new ApiError(409, 'visit_changed', '')))
    expect(drawer.row.value).toEqual({ id: 'a', version: 7 })
    expect(drawer.problem.value).toBeInstanceOf(ApiError)
    await drawer.change(async (seen) => ({ ...seen, version: 8 }))
    expect(drawer.problem.value).toBeNull()
    expect(changed.at(-1)).toEqual({ id: 'a', version: 8 })
  })

  it('opens what the address names', async () => {
    query['thing'] = 'linked'
    const drawer = drawerWith(async (id) => ({ id, version: 1 }))
    await vi.waitFor(() => expect(drawer.row.value).toEqual({ id: 'linked', version: 1 }))
  })
})
