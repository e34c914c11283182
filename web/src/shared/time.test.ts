import { describe, expect, it } from 'vitest'
import {
  ceilTo,
  formatDay,
  formatMoment,
  formatStamp,
  formatWindow,
  fromWallClock,
  HOUR_MS,
  MINUTE_MS,
  startOfDay,
  toIso,
  wallClock,
} from './time'

const at = (iso: string): number => Date.parse(iso)

describe('Shanghai time, whatever zone the phone is in', () => {
  it('reads the wall clock across the date line of UTC', () => {
    expect(wallClock(at('2026-11-22T16:30:05Z'))).toEqual({
      year: 2026,
      month: 11,
      day: 23,
      hour: 0,
      minute: 30,
      second: 5,
      weekday: 1,
    })
  })
  it('writes ISO with the offset and reads it back', () => {
    const ms = fromWallClock({ year: 2026, month: 2, day: 28, hour: 23, minute: 5 })
    expect(toIso(ms)).toBe('2026-02-28T23:05:00+08:00')
    expect(at(toIso(ms))).toBe(ms)
  })
  it('starts the day at midnight in Shanghai', () => {
    expect(startOfDay(at('2026-11-22T15:59:59Z'))).toBe(at('2026-11-21T16:00:00Z'))
    expect(startOfDay(at('2026-11-22T16:00:00Z'))).toBe(at('2026-11-22T16:00:00Z'))
  })
  it('says today, tomorrow, the date, and the year when it is another one', () => {
    const now = at('2026-11-22T15:00:00Z')
    expect(formatDay(now, now)).toBe('今天')
    expect(formatDay(at('2026-11-22T16:00:00Z'), now)).toBe('明天')
    expect(formatDay(at('2026-11-20T04:00:00Z'), now)).toBe('11月20日 周五')
    expect(formatMoment(at('2027-01-01T01:05:00Z'), now)).toBe('2027年1月1日 周五 09:05')
  })
  it('says the day of a window once', () => {
    const now = at('2026-11-22T00:00:00Z')
    expect(formatWindow(at('2026-11-22T01:00:00Z'), at('2026-11-22T03:00:00Z'), now)).toBe('今天 09:00 – 11:00')
    expect(formatWindow(at('2026-11-22T15:00:00Z'), at('2026-11-22T17:00:00Z'), now)).toBe('今天 23:00 – 明天 01:00')
  })
  it('stamps for tables and rounds up to a step', () => {
    expect(formatStamp(at('2026-11-22T16:01:00Z'))).toBe('2026-11-23 00:01')
    expect(ceilTo(10 * HOUR_MS + 1, 30 * MINUTE_MS)).toBe(10.5 * HOUR_MS)
    expect(ceilTo(10 * HOUR_MS, 30 * MINUTE_MS)).toBe(10 * HOUR_MS)
  })
})
