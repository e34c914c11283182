import { dayNumber, formatDay, HOUR_MS, MINUTE_MS, startOfDay } from '@/shared/time'
import { admits, ALWAYS_OPEN, closingAfter, DAY_MS, type Hours, hoursOf, nextOpenDay, type Opening } from './opening'
import { MIN_DURATION_MS } from './rules'

export interface QuickWindow {
  key: string
  text: string
  startsAt: number
  endsAt: number
}

const MORNING: Hours = { start: 8 * 60 + 30, end: 11 * 60 + 30 }
const AFTERNOON: Hours = { start: 13 * 60 + 30, end: 17 * 60 + 30 }

/** The windows most people want, with one tap: within the plant's hours, those already over left out. */
export function quickWindows(now: number, opening: Opening = ALWAYS_OPEN): QuickWindow[] {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const today = startOfDay(now)
  const next = nextOpenDay(opening, today + DAY_MS)
  const day = next === null ? '' : dayNumber(next) === dayNumber(now) + 1 ? '明天' : formatDay(next, now)
  const windows = [
    fromNow(minute, opening),
    halfDay('today-afternoon', '今天下午', today, AFTERNOON, opening),
    ...(next === null
      ? []
      : [
          halfDay('tomorrow-morning', `${day}上午`, next, MORNING, opening),
          halfDay('tomorrow-afternoon', `${day}下午`, next, AFTERNOON, opening),
        ]),
  ]
  return windows.filter((window) => window !== null).filter(({ startsAt }) => startsAt >= minute)
}

/** Two hours, or until the plant closes when that is sooner. */
function fromNow(minute: number, opening: Opening): QuickWindow | null {
  if (!admits(opening, 'start', minute)) return null
  const closing = opening.always ? Infinity : closingAfter(opening, minute)
  const endsAt = Math.min(minute + 2 * HOUR_MS, closing)
  if (endsAt - minute < MIN_DURATION_MS) return null
  const text = endsAt === minute + 2 * HOUR_MS ? '现在起 2 小时' : '现在起至下班'
  return { key: 'now', text, startsAt: minute, endsAt }
}

/** The longest stretch of the day's hours within the usual half day. */
function halfDay(key: string, text: string, day: number, half: Hours, opening: Opening): QuickWindow | null {
  const parts = hoursOf(opening, day)
    .map(({ start, end }) => ({ start: Math.max(start, half.start), end: Math.min(end, half.end) }))
    .sort((one, other) => other.end - other.start - (one.end - one.start))
  const longest = parts[0]
  if (!longest || (longest.end - longest.start) * MINUTE_MS < MIN_DURATION_MS) return null
  return { key, text, startsAt: day + longest.start * MINUTE_MS, endsAt: day + longest.end * MINUTE_MS }
}
