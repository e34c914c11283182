/**
 * Times on screen are Asia/Shanghai whatever the phone's own zone is. Shanghai has had no daylight saving since 1991,
 * so the offset is fixed.
 */
const OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

export interface WallClock {
  year: number
  month: number
  day: number
  hour: number
  minute: number
}

const two = (value: number): string => String(value).padStart(2, '0')

export function wallClock(ms: number): WallClock & { second: number; weekday: number } {
  const shifted = new Date(ms + OFFSET_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  }
}

/** Epoch milliseconds of a wall clock reading in Shanghai. */
export function fromWallClock(clock: WallClock): number {
  return Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute) - OFFSET_MS
}

/** ISO 8601 with Shanghai's offset, as the API wants it. */
export function toIso(ms: number): string {
  const at = wallClock(ms)
  return `${at.year}-${two(at.month)}-${two(at.day)}T${two(at.hour)}:${two(at.minute)}:${two(at.second)}+08:00`
}

export function parse(iso: string): number {
  return Date.parse(iso)
}

export function dayNumber(ms: number): number {
  return Math.floor((ms + OFFSET_MS) / DAY_MS)
}

export function startOfDay(ms: number): number {
  return dayNumber(ms) * DAY_MS - OFFSET_MS
}

export function formatTime(ms: number): string {
  const at = wallClock(ms)
  return `${two(at.hour)}:${two(at.minute)}`
}

/** `今天` / `明天` / `11月23日 周一` (with the year when it is another one). */
export function formatDay(ms: number, now: number): string {
  const days = dayNumber(ms) - dayNumber(now)
  if (days === 0) return '今天'
  if (days === 1) return '明天'
  return formatDate(ms, now)
}

export function formatDate(ms: number, now: number): string {
  const at = wallClock(ms)
  const year = at.year === wallClock(now).year ? '' : `${at.year}年`
  return `${year}${at.month}月${at.day}日 ${WEEKDAYS[at.weekday] ?? ''}`
}

/** `2026-11-23`, for filters and tables. */
export function formatIsoDay(ms: number): string {
  const at = wallClock(ms)
  return `${at.year}-${two(at.month)}-${two(at.day)}`
}

export function formatMoment(ms: number, now: number): string {
  return `${formatDay(ms, now)} ${formatTime(ms)}`
}

/** Full numeric form for tables: `2026-11-23 09:00`. */
export function formatStamp(ms: number): string {
  return `${formatIsoDay(ms)} ${formatTime(ms)}`
}

/** A visit's time window; the day is said once when both ends share it. */
export function formatWindow(startMs: number, endMs: number, now: number): string {
  const start = formatMoment(startMs, now)
  const isSameDay = dayNumber(startMs) === dayNumber(endMs)
  return `${start} – ${isSameDay ? formatTime(endMs) : formatMoment(endMs, now)}`
}

/** Rounds up to the next full step so that a proposed time is never already past. */
export function ceilTo(ms: number, stepMs: number): number {
  return Math.ceil(ms / stepMs) * stepMs
}
