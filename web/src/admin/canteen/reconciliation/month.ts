import { formatIsoDay } from '@/shared/time'

/** The month of the address, else this one: `2026-11`. */
export function monthOf(filters: Record<string, string>, now: number): string {
  return filters['month'] || formatIsoDay(now).slice(0, 7)
}

/** First and last day of a month. */
export function boundsOf(month: string): { first: string; last: string } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { first: `${month}-01`, last: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) }
}

/** `2026年11月`. */
export function monthWords(month: string): string {
  const [year, number] = month.split('-')
  return `${year}年${Number(number)}月`
}
