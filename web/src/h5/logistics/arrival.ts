import { dayNumber, formatDay, formatTime, HOUR_MS, MINUTE_MS, startOfDay } from '@/shared/time'

export interface Slot {
  key: string
  text: string
  from: number
  to: number
}

const SLOT_MS = 2 * HOUR_MS
const DAY_MS = 24 * HOUR_MS
/** Shorter is not offered: nobody hits ten minutes with a truck. */
const SHORTEST_MS = 15 * MINUTE_MS
/** Where the limit is not known a truck may be announced this far ahead; the server decides. */
const AHEAD_MS = 3 * DAY_MS

/** Until when one may arrive. */
export function latestArrival(now: number, limitMinutes: number | null): number {
  return limitMinutes === null ? now + AHEAD_MS : now + limitMinutes * MINUTE_MS
}

/** Windows of two hours from now until `latest`; what the limit would cut too short is left out. */
export function arrivalSlots(now: number, latest: number): Slot[] {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const end = Math.floor(latest / MINUTE_MS) * MINUTE_MS
  const soon = slot(minute, Math.min(minute + SLOT_MS, end), '现在起')
  const slots = [soon]
  const first = startOfDay(minute) + Math.ceil((minute - startOfDay(minute)) / SLOT_MS) * SLOT_MS
  for (let from = first; from < end; from += SLOT_MS) slots.push(slot(from, Math.min(from + SLOT_MS, end)))
  return slots.filter(({ from, to }) => to - from >= SHORTEST_MS)
}

function slot(from: number, to: number, prefix = ''): Slot {
  const end = dayNumber(to) > dayNumber(from) && to === startOfDay(to) ? '24:00' : formatTime(to)
  const text = prefix ? `${prefix}，${end} 前` : `${formatTime(from)}–${end}`
  return { key: prefix ? 'now' : String(from), text, from, to }
}

/** The days that have slots, as chips; keys are their starts. */
export function slotDays(slots: readonly Slot[], now: number): { key: string; text: string }[] {
  const days = [...new Set(slots.map(({ from }) => startOfDay(from)))]
  return days.map((day) => ({ key: String(day), text: formatDay(day, now) }))
}

export function slotsOf(slots: readonly Slot[], day: string): Slot[] {
  return slots.filter(({ from }) => String(startOfDay(from)) === day)
}

/** The window as words; the day is said once. */
export function arrivalWords(from: number, to: number, now: number): string {
  const { text } = slot(from, to)
  const isLong = dayNumber(to - 1) > dayNumber(from)
  return isLong
    ? `${formatDay(from, now)} ${formatTime(from)} – ${formatDay(to, now)} ${formatTime(to)}`
    : `${formatDay(from, now)} ${text}`
}

/** What is wrong with a chosen window now; a kept draft grows old. */
export function arrivalProblem(from: number | null, to: number | null, now: number, latest: number): string | null {
  if (from === null || to === null) return '请选择到厂时间'
  if (to <= now) return '选的时间已过，请重新选择'
  return to > latest ? '超过到厂时限，请选更早的时间' : null
}
