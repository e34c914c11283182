import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h } from 'vue'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import type { Page, Visit } from '@/shared/api/types'
import { nextVisit, visitLine, waitingWords } from './homeBoard'
import { keepVisit, keptVisit, keptVisits } from './keptVisits'
import { usePaged } from './paged'
import { pollInterval } from './visit'

const NOW = Date.parse('2026-11-22T01:00:00Z')
const DAY = 24 * 3_600_000
const visit = (id: string, startsIn: number, stage: Visit['stage'] = 'ready'): Visit =>
  ({
    id,
    stage,
    gate: { status: 'none' },
    starts_at: new Date(NOW + startsIn).toISOString(),
    ends_at: new Date(NOW + startsIn + 3_600_000).toISOString(),
  }) as Visit

describe('kept visits', () => {
  beforeEach(() => localStorage.clear())
  it('are per user, newest start first, and old ones go', () => {
    keepVisit('u1', visit('old', -3 * DAY), NOW - 3 * DAY)
    keepVisit('u1', visit('a', DAY), NOW)
    keepVisit('u1', visit('b', 2 * DAY), NOW)
    expect(keptVisits('u1').map((kept) => kept.visit.id)).toEqual(['b', 'a'])
    expect(keptVisit('u1', 'a')?.keptAt).toBe(NOW)
    expect(keptVisit('u2', 'a')).toBeNull()
  })
})

describe('the home line', () => {
  it('shows the next visit that can still happen', () => {
    const visits = [visit('late', 2 * DAY), visit('refused', 1000, 'refused'), visit('soon', DAY), visit('over', -DAY)]
    expect(nextVisit(visits, NOW)?.id).toBe('soon')
    expect(nextVisit([], NOW)).toBeNull()
  })
  it('counts honestly when there is another page', () => {
    expect(waitingWords(0, false)).toBe('')
    expect(waitingWords(3, false)).toBe('3 条访客申请等您审批')
    expect(waitingWords(20, true)).toBe('20+ 条访客申请等您审批')
  })
})

describe('a paged list', () => {
  const page = (ids: number[], next: string | null): Page<number> => ({ items: ids, next_cursor: next })
  it('grows along the cursor and stops at the end', async () => {
    const fetchPage = vi
      .fn()
      .mockResolvedValueOnce(page([1, 2], 'c'))
      .mockResolvedValueOnce(page([3], null))
    const list = usePaged<number>(fetchPage)
    await list.reload()
    await list.more()
    await list.more()
    expect(list.items.value).toEqual([1, 2, 3])
    expect(fetchPage.mock.calls).toEqual([[null], ['c']])
    expect(list.isEnd.value).toBe(true)
  })
  it('keeps what it has when the next page fails, and goes on from there', async () => {
    const fetchPage = vi
      .fn()
      .mockResolvedValueOnce(page([1], 'c'))
      .mockRejectedValueOnce(new Error('x'))
      .mockResolvedValueOnce(page([2], null))
    const list = usePaged<number>(fetchPage)
    await list.reload()
    await list.more()
    expect(list.items.value).toEqual([1])
    expect(list.error.value).toBeInstanceOf(Error)
    await list.more()
    expect(list.items.value).toEqual([1, 2])
  })
  it('drops an answer that a newer reload has overtaken', async () => {
    let slow: (value: Page<number>) => void = () => undefined
    const fetchPage = vi
      .fn()
      .mockReturnValueOnce(new Promise<Page<number>>((resolve) => (slow = resolve)))
      .mockResolvedValueOnce(page([2], null))
    const list = usePaged<number>(fetchPage)
    const first = list.reload()
    await list.reload()
    slow(page([1], null))
    await first
    expect(list.items.value).toEqual([2])
  })
})

describe('an action', () => {
  it('runs once at a time and keeps the error of the last run', async () => {
    const work = vi.fn().mockRejectedValueOnce(new Error('x')).mockResolvedValue(undefined)
    const action = useAction(work)
    await Promise.all([action.run(), action.run()])
    expect(work).toHaveBeenCalledOnce()
    expect(action.error.value).toBeInstanceOf(Error)
    await action.run()
    expect(action.error.value).toBeNull()
  })
})

describe('polling', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())
  it('ticks while visible, stops when hidden, when done and when the page is left', async () => {
    let wait: number | null = 1000
    let isHidden = false
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden)
    const tick = vi.fn().mockResolvedValue(undefined)
    const app = createApp(defineComponent({ setup: () => (usePolling(tick, () => wait), () => h('i')) }))
    app.mount(document.createElement('div'))
    await vi.advanceTimersByTimeAsync(2500)
    expect(tick).toHaveBeenCalledTimes(2)
    isHidden = true
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(tick).toHaveBeenCalledTimes(2)
    isHidden = false
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
    expect(tick).toHaveBeenCalledTimes(3)
    wait = null
    await vi.advanceTimersByTimeAsync(5000)
    expect(tick).toHaveBeenCalledTimes(4)
    app.unmount()
    document.dispatchEvent(new Event('visibilitychange'))
    expect(tick).toHaveBeenCalledTimes(4)
  })
  it('is quick while the gate is awaited and ends when nothing can change', () => {
    expect(pollInterval(visit('a', DAY, 'awaiting_gate'))).toBe(4000)
    expect(pollInterval(visit('a', DAY, 'ready'))).toBe(15_000)
    expect(pollInterval(visit('a', DAY, 'refused'))).toBeNull()
    expect(pollInterval(null)).toBeNull()
  })
})

describe('the visitor entrance', () => {
  const NOON = Date.parse('2026-11-23T12:00:00+08:00')
  const HOUR = 3_600_000
  it('names the next visit, and says when one is under way', () => {
    expect(visitLine(NOON + HOUR, NOON + 3 * HOUR, NOON)).toBe('下一次：今天 13:00')
    expect(visitLine(NOON, NOON + 2 * HOUR, NOON)).toBe('正在进行，至 今天 14:00')
  })
})
