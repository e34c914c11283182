import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, ref } from 'vue'
import { NetworkError } from '@/shared/api/errors'
import type { Card, MonthSums, RecordFilter, Records } from '@/shared/api/canteenTypes'
import { canteen } from '../http'
import { balanceLine } from './homeLine'
import { byDay, isMonth, latestRecords, monthOf, monthWords, recordTitle, shiftMonth } from './records'
import { account, NOW, record } from './samples'
import { useCards } from './useCards'
import { useRecords } from './useRecords'

vi.mock('../composables/ask', () => ({ confirmed: vi.fn(() => Promise.resolve(true)), tell: vi.fn() }))

const SUMS: MonthSums = { spent_fen: 1_250, topped_up_fen: 0, subsidy_fen: 0, count: 1 }
const page = (keys: string[], more: Partial<Records> = {}): Records => ({
  ...{ items: keys.map((key) => record(key)), next_cursor: null, sums: SUMS, synced_at: null },
  ...more,
})
let unmount = (): void => undefined
function within<T>(setup: () => T): T {
  let made: T | undefined
  const app = createApp({ setup: () => ((made = setup()), () => h('i')) })
  app.mount(document.createElement('div'))
  unmount = () => app.unmount()
  return made as T
}

describe('months', () => {
  it('are the plant’s, whatever the phone says', () => {
    expect(monthOf(Date.parse('2026-11-30T16:30:00Z'))).toBe('2026-12')
    expect([shiftMonth('2026-01', -1), shiftMonth('2026-12', 1), shiftMonth('2026-03', -14)]).toEqual([
      '2025-12',
      '2027-01',
      '2025-01',
    ])
    expect(monthWords('2026-03')).toBe('2026年3月')
    expect(['2026-11', '2026-13', '1999-01', 'x', undefined].filter(isMonth)).toEqual(['2026-11'])
  })
})

describe('records', () => {
  afterEach(() => vi.restoreAllMocks())

  it('stand under their day, a late one under the day it occurred', () => {
    const late = { occurred_at: '2026-11-25T04:00:00Z', is_late: true }
    const days = byDay([record('b'), record('a'), record('c', late)], NOW)
    expect(days.map(({ day, records }) => [day, records.map(({ key }) => key)])).toEqual([
      ['11月26日 周四', ['b', 'a']],
      ['11月25日 周三', ['c']],
    ])
  })
  it('say what they are', () => {
    expect(recordTitle(record('a'))).toBe('午餐 · 第一食堂')
    expect(recordTitle(record('a', { meal: null, merchant: '' }))).toBe('消费')
    expect(recordTitle(record('a', { kind: 'recharge', meal: null }))).toBe('充值')
  })
  it('reach into the month before when this one has only begun', async () => {
    const asked = vi
      .spyOn(canteen, 'records')
      .mockResolvedValueOnce(page(['a', 'b']))
      .mockResolvedValue(page(['c', 'd']))
    expect((await latestRecords(NOW)).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(asked.mock.calls.map(([month]) => month)).toEqual(['2026-11', '2026-10'])
  })
  it('keep the month’s sums over pages and filters, not over months', async () => {
    const asked = vi.spyOn(canteen, 'records').mockResolvedValueOnce(page(['a'], { next_cursor: 'c' }))
    const [month, filter] = [ref('2026-11'), ref<RecordFilter>('all')]
    const { list, sums } = within(() => useRecords(month, filter))
    await list.reload()
    asked.mockResolvedValueOnce(page(['b'], { sums: null }))
    await list.more()
    expect([sums.value, list.items.value.length]).toEqual([SUMS, 2])
    asked.mockReturnValueOnce(new Promise(() => undefined))
    month.value = '2026-10'
    await nextTick()
    expect([sums.value, list.items.value.length]).toEqual([null, 0])
    unmount()
  })
})

describe('the line of the entrance', () => {
  it('is the balance, with its time when it is old, or what to do first', () => {
    expect(balanceLine(account(), NOW)).toBe('余额 ¥86.50')
    expect(balanceLine(account({ is_live: false }), NOW)).toBe('余额 ¥86.50（今天 12:00）')
    expect(balanceLine(account({ balance_fen: null, is_live: false }), NOW)).toBe('余额暂时查不到')
    expect(balanceLine(account({ bound: null }), NOW)).toBe('未绑定，点此绑定手机号')
  })
})

describe('a lost card', () => {
  const card = (state: Card['state']): Card => ({
    ...{ card_no: '88011001', card_no_masked: '****1001', state, message: '', changed_at: null },
    ...{ can_report_loss: state === 'normal', can_report_found: state === 'lost' },
  })
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    vi.spyOn(canteen, 'account').mockResolvedValue(account({ cards: [card('normal')] }))
  })
  afterEach(() => {
    unmount()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('is reported once under one request id whatever happens to the answer, and followed until it is locked', async () => {
    const told = vi.spyOn(canteen, 'reportLoss').mockRejectedValueOnce(new NetworkError(true))
    told.mockResolvedValue(account({ cards: [card('reporting')] }))
    const cards = within(useCards)
    await vi.advanceTimersByTimeAsync(0)
    await cards.loss.run(card('normal'))
    expect(cards.loss.error.value).toBeInstanceOf(NetworkError)
    await Promise.all([cards.loss.run(card('normal')), cards.loss.run(card('normal'))])
    expect(told).toHaveBeenCalledTimes(2)
    expect(told.mock.calls[1]).toEqual(told.mock.calls[0])
    expect(cards.account.value?.cards?.[0]?.state).toBe('reporting')
    vi.mocked(canteen.account).mockResolvedValue(account({ cards: [card('lost')] }))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(cards.account.value?.cards?.[0]?.state).toBe('lost')
    const looks = vi.mocked(canteen.account).mock.calls.length
    await vi.advanceTimersByTimeAsync(120_000)
    expect(canteen.account).toHaveBeenCalledTimes(looks)
  })

  it('found again is another wish', async () => {
    const found = vi.spyOn(canteen, 'reportFound').mockResolvedValue(account({ cards: [card('finding')] }))
    const cards = within(useCards)
    await vi.advanceTimersByTimeAsync(0)
    await cards.found.run(card('lost'))
    expect(found).toHaveBeenCalledExactlyOnceWith('88011001', expect.any(String))
  })
})
