import { expect, it } from 'vitest'
import { fromWallClock, HOUR_MS, MINUTE_MS } from '@/shared/time'
import { joinMoment, momentColumns, nearestMoment, splitMoment } from './moments'
import { admits, ALWAYS_OPEN, closingAfter, nextOpenDay, openingWords, readOpening } from './opening'
import { quickWindows } from './windows'

/** November 2026: the 23rd is a Monday. */
const at = (day: number, hour: number, minute = 0): number =>
  fromWallClock({ year: 2026, month: 11, day, hour, minute })
const WORK = [
  { start: '08:00', end: '12:00' },
  { start: '13:30', end: '17:30' },
]
const WEEK = readOpening({
  always_open: false,
  weekdays: [WORK, WORK, WORK, WORK, WORK, [{ start: '20:00', end: '24:00' }], []],
  closed_dates: ['2026-11-25'],
})
const values = (columns: { value: number }[][]): number[][] => columns.map((column) => column.map((one) => one.value))

it('takes the edges of the hours as the server does', () => {
  expect([admits(WEEK, 'start', at(23, 8)), admits(WEEK, 'end', at(23, 8))]).toEqual([true, false])
  expect([admits(WEEK, 'start', at(23, 12)), admits(WEEK, 'end', at(23, 12))]).toEqual([false, true])
  expect([admits(WEEK, 'start', at(25, 9)), admits(WEEK, 'start', at(29, 9))]).toEqual([false, false])
  expect([admits(WEEK, 'end', at(29, 0)), admits(WEEK, 'start', at(29, 0))]).toEqual([true, false])
  expect([admits(ALWAYS_OPEN, 'start', at(29, 3)), admits(ALWAYS_OPEN, 'end', at(29, 0))]).toEqual([true, true])
})

it('offers only open days, hours and minutes', () => {
  const bounds = { min: at(23, 16, 50), max: at(30, 23), opening: WEEK, edge: 'start' as const }
  const [days, hours, minutes] = values(momentColumns(splitMoment(at(23, 16, 50)), bounds, at(23, 16)))
  expect(days).toEqual([23, 24, 26, 27, 28, 30].map((day) => at(day, 0)))
  expect(hours).toEqual([16, 17])
  expect(minutes).toEqual([50, 55])
  expect(values(momentColumns(splitMoment(at(23, 17)), bounds, at(23, 16)))[2]).toEqual([0, 5, 10, 15, 20, 25])
  expect(values(momentColumns(splitMoment(at(24, 10)), bounds, at(23, 16)))[1]).toEqual([
    8, 9, 10, 11, 13, 14, 15, 16, 17,
  ])
})

it('offers the last minute as an end only', () => {
  const bounds = { min: at(23, 16), max: at(23, 23), opening: WEEK }
  const ends = values(momentColumns(splitMoment(at(23, 17)), { ...bounds, edge: 'end' }, at(23, 16)))[2]
  expect(ends?.at(-1)).toBe(30)
})

it('opens the wheel on the next allowed moment', () => {
  const bounds = { min: at(24, 18), max: at(30, 0), opening: WEEK, edge: 'start' as const }
  expect(nearestMoment(at(24, 18), bounds)).toBe(at(26, 8))
  expect(nearestMoment(at(27, 12, 1), bounds)).toBe(at(27, 13, 30))
  expect(nearestMoment(at(23, 9, 1), { min: at(23, 9, 1), max: at(24, 0) })).toBe(at(23, 9, 5))
  expect(joinMoment(splitMoment(nearestMoment(at(24, 18), bounds)))).toBe(at(26, 8))
})

it('knows when it closes and opens', () => {
  expect(closingAfter(WEEK, at(23, 9))).toBe(at(23, 12))
  expect(closingAfter(WEEK, at(28, 21))).toBe(at(29, 0))
  expect(nextOpenDay(WEEK, at(25, 9))).toBe(at(26, 0))
  expect(nextOpenDay(WEEK, at(29, 9))).toBe(at(30, 0))
})

it('keeps the quick windows within the hours', () => {
  const shown = (now: number) => quickWindows(now, WEEK).map(({ key, text }) => [key, text])
  expect(shown(at(23, 9))).toEqual([
    ['now', '现在起 2 小时'],
    ['today-afternoon', '今天下午'],
    ['tomorrow-morning', '明天上午'],
    ['tomorrow-afternoon', '明天下午'],
  ])
  expect(shown(at(24, 17))).toEqual([
    ['now', '现在起至下班'],
    ['tomorrow-morning', '11月26日 周四上午'],
    ['tomorrow-afternoon', '11月26日 周四下午'],
  ])
  expect(shown(at(24, 17, 1))[0]?.[0]).toBe('tomorrow-morning')
  for (const now of [at(23, 9), at(24, 17), at(27, 22), at(28, 21), at(29, 3)]) {
    for (const { startsAt, endsAt } of quickWindows(now, WEEK)) {
      expect(admits(WEEK, 'start', startsAt) && admits(WEEK, 'end', endsAt)).toBe(true)
      expect(endsAt - startsAt).toBeGreaterThanOrEqual(30 * MINUTE_MS)
      expect(endsAt - startsAt).toBeLessThanOrEqual(4 * HOUR_MS)
    }
  }
})

it('says the hours in few words', () => {
  expect(openingWords(WEEK)).toEqual(['周一至周五 08:00–12:00、13:30–17:30', '周六 20:00–24:00'])
  expect(openingWords(ALWAYS_OPEN)).toEqual([])
})
