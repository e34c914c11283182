import { formatIsoDay, HOUR_MS } from '@/shared/time'

const DAY_MS = 24 * HOUR_MS

/** The filter with its days: those of the address, else the last `days` days. Whole days on the plant's calendar. */
export function withPeriod(filters: Record<string, string>, now: number, days = 7): Record<string, string> {
  const { first, last } = filters
  if (first && last) return filters
  return { ...filters, first: formatIsoDay(now - (days - 1) * DAY_MS), last: formatIsoDay(now) }
}

/** Every day from the first to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1
  return Array.from({ length: Math.max(0, count) }, (_unused, at) =>
    new Date(Date.parse(first) + at * DAY_MS).toISOString().slice(0, 10),
  )
}
