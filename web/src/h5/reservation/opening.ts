import type { OpeningHours } from '@/shared/api/types'
import { dayNumber, formatIsoDay, HOUR_MS, MINUTE_MS, startOfDay } from '@/shared/time'

/** From `start` until `end`, in minutes since midnight at the plant; 1440 is the day's end. */
export interface Hours {
  start: number
  end: number
}

/** When visits may begin and end: the server's rule (chalicelib/core/opening.py), so that only allowed times are offered. */
export interface Opening {
  always: boolean
  /** Monday to Sunday. */
  weekdays: Hours[][]
  closed: ReadonlySet<string>
}
export type Edge = 'start' | 'end'

export const DAY_MS = 24 * HOUR_MS
const DAY_MINUTES = 24 * 60
export const ALWAYS_OPEN: Opening = { always: true, weekdays: [], closed: new Set() }

const minutes = (clock: string): number => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour * 60 + minute
}

export function readOpening(view: OpeningHours): Opening {
  return {
    always: view.always_open,
    weekdays: view.weekdays.map((day) => day.map(({ start, end }) => ({ start: minutes(start), end: minutes(end) }))),
    closed: new Set(view.closed_dates),
  }
}

/** The hours of the day a moment lies in; empty when the plant is closed. */
export function hoursOf(opening: Opening, ms: number): Hours[] {
  if (opening.always) return [{ start: 0, end: DAY_MINUTES }]
  if (opening.closed.has(formatIsoDay(ms))) return []
  // 1970-01-01 was a Thursday.
  return opening.weekdays[(dayNumber(ms) + 3) % 7] ?? []
}

const minuteOf = (ms: number): number => Math.floor((ms - startOfDay(ms)) / MINUTE_MS)

export function admits(opening: Opening, edge: Edge, ms: number): boolean {
  const minute = minuteOf(ms)
  if (edge === 'start') return hoursOf(opening, ms).some(({ start, end }) => start <= minute && minute < end)
  // Midnight belongs to the day before.
  if (minute === 0) return hoursOf(opening, ms - DAY_MS).some(({ end }) => end === DAY_MINUTES)
  return hoursOf(opening, ms).some(({ start, end }) => start < minute && minute <= end)
}

/** When the hours a moment lies in are over. */
export function closingAfter(opening: Opening, ms: number): number {
  const minute = minuteOf(ms)
  const hours = hoursOf(opening, ms).find(({ start, end }) => start <= minute && minute < end)
  return startOfDay(ms) + (hours?.end ?? DAY_MINUTES) * MINUTE_MS
}

/** The first day with hours from a moment's day on, at most three weeks ahead. */
export function nextOpenDay(opening: Opening, ms: number): number | null {
  const today = startOfDay(ms)
  const days = Array.from({ length: 22 }, (_unused, index) => today + index * DAY_MS)
  return days.find((day) => hoursOf(opening, day).length > 0) ?? null
}

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'] as const
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const hoursText = (day: Hours[]): string => day.map(({ start, end }) => `${clock(start)}–${clock(end)}`).join('、')

/** `周一至周五 08:00–12:00、13:30–17:30`; days in a row with the same hours are said together. */
export function openingWords(opening: Opening): string[] {
  const groups: { from: number; to: number; hours: string }[] = []
  opening.weekdays.forEach((day, index) => {
    const hours = hoursText(day)
    const last = groups.at(-1)
    if (last?.hours === hours && last.to === index - 1) last.to = index
    else if (hours) groups.push({ from: index, to: index, hours })
  })
  return groups.map(({ from, to, hours }) => {
    const until = to > from ? `至周${WEEKDAYS[to] ?? ''}` : ''
    return `周${WEEKDAYS[from] ?? ''}${until} ${hours}`
  })
}
