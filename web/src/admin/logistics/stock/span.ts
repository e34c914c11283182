import { formatIsoDay, fromWallClock, HOUR_MS } from '@/shared/time'

const DAY_MS = 24 * HOUR_MS

export const SPANS = { day: '日', week: '周', month: '月' } as const
export type Span = keyof typeof SPANS
const DAYS: Record<Span, number> = { day: 1, week: 7, month: 30 }

export const spanOf = (text: unknown): Span => (text === 'week' || text === 'month' ? text : 'day')

const startOf = (day: string): number => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return fromWallClock({ year, month, day: date, hour: 0, minute: 0 })
}

/** `2026-11-26` moved by whole days. */
export const moveDay = (day: string, days: number): string => formatIsoDay(startOf(day) + days * DAY_MS)

/** The days of a span that ends on `last`, both included. */
export function daysOf(span: Span, last: string): { first: string; last: string } {
  return { first: moveDay(last, 1 - DAYS[span]), last }
}

/** The last day of the span before or after; never later than today. */
export function stepSpan(span: Span, last: string, step: -1 | 1, today: string): string {
  const moved = moveDay(last, step * DAYS[span])
  return moved > today ? today : moved
}

/** Epoch milliseconds from the first midnight to the last, or to now while the last day is not over. */
export function boundsOf({ first, last }: { first: string; last: string }, now: number): { from: number; to: number } {
  return { from: startOf(first), to: Math.min(now, startOf(last) + DAY_MS) }
}
