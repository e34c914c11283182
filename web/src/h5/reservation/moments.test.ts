import { expect, it } from 'vitest'
import { fromWallClock, HOUR_MS } from '@/shared/time'
import { joinMoment, momentColumns, splitMoment } from './moments'
import { quickWindows } from './windows'

const clock = (day: number, hour: number, minute: number): number =>
  fromWallClock({ year: 2026, month: 11, day, hour, minute })
const MIN = clock(22, 9, 25)
const MAX = clock(25, 0, 0)
const values = (selected: number[]) =>
  momentColumns(selected, { min: MIN, max: MAX }, MIN).map((column) => column.map((c) => c.value))

it('offers no past hour or minute on the first day', () => {
  const [days, hours, minutes] = values(splitMoment(MIN))
  expect(days).toHaveLength(4)
  expect(hours?.[0]).toBe(9)
  expect(minutes).toEqual([25, 30, 35, 40, 45, 50, 55])
})

it('offers all minutes in later hours and all hours on later days', () => {
  expect(values(splitMoment(clock(22, 10, 0)))[2]).toHaveLength(12)
  expect(values(splitMoment(clock(23, 0, 0)))[1]).toHaveLength(24)
})

it('splits and joins a moment without loss', () => {
  for (const ms of [MIN, clock(24, 23, 55), clock(22, 0, 0)]) expect(joinMoment(splitMoment(ms))).toBe(ms)
})

it('offers quick windows that are still ahead', () => {
  const keys = (ms: number) => quickWindows(ms).map(({ key }) => key)
  expect(keys(clock(22, 9, 0))).toEqual(['now', 'today-afternoon', 'tomorrow-morning', 'tomorrow-afternoon'])
  expect(keys(clock(22, 15, 0))).toEqual(['now', 'tomorrow-morning', 'tomorrow-afternoon'])
  for (const window of quickWindows(MIN)) expect(window.endsAt - window.startsAt).toBeGreaterThanOrEqual(2 * HOUR_MS)
})
