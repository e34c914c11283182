import type { CanteenRecord } from '@/shared/api/canteenTypes'
import { MEALS, RECORD_KINDS } from '@/shared/canteen'
import { dayNumber, formatDate, parse, wallClock } from '@/shared/time'
import { canteen } from '../http'

const LATEST = 3
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/

/** `2026-11`, on the plant's calendar. */
export function monthOf(ms: number): string {
  const { year, month } = wallClock(ms)
  return `${year}-${String(month).padStart(2, '0')}`
}

export function isMonth(text: unknown): text is string {
  return typeof text === 'string' && MONTH.test(text)
}

/** The month so many before (below zero) or after another one. */
export function shiftMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const at = year * 12 + number - 1 + by
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`
}

/** `2026-11` → `2026年11月`. */
export function monthWords(month: string): string {
  const [year, number] = month.split('-')
  return `${year}年${Number(number)}月`
}

/** The last three, of the month before when this one has only begun. */
export async function latestRecords(now: number): Promise<CanteenRecord[]> {
  const month = monthOf(now)
  const { items } = await canteen.records(month, 'all', null)
  if (items.length >= LATEST) return items.slice(0, LATEST)
  const before = await canteen.records(shiftMonth(month, -1), 'all', null)
  return [...items, ...before.items].slice(0, LATEST)
}

/** `午餐 · 一食堂`, `充值`. */
export function recordTitle({ kind, meal, merchant }: CanteenRecord): string {
  const what = kind === 'consume' && meal ? MEALS[meal] : RECORD_KINDS[kind]
  return kind === 'consume' && merchant ? `${what} · ${merchant}` : what
}

export interface RecordDay {
  day: string
  records: CanteenRecord[]
}

/** Newest first, under the day each occurred. */
export function byDay(records: readonly CanteenRecord[], now: number): RecordDay[] {
  const days: RecordDay[] = []
  let last = Number.NaN
  for (const record of records) {
    const at = parse(record.occurred_at)
    if (dayNumber(at) !== last) days.push({ day: formatDate(at, now), records: [] })
    last = dayNumber(at)
    days.at(-1)?.records.push(record)
  }
  return days
}
