import { HOUR_MS, MINUTE_MS, startOfDay } from '@/shared/time'

export interface QuickWindow {
  key: string
  text: string
  startsAt: number
  endsAt: number
}

const DAY_MS = 24 * HOUR_MS
const at = (day: number, hours: number): number => day + hours * HOUR_MS

/** The windows most people want, with one tap; those already over are left out. */
export function quickWindows(now: number): QuickWindow[] {
  const today = startOfDay(now)
  const tomorrow = today + DAY_MS
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const windows = [
    { key: 'now', text: '现在起 2 小时', startsAt: minute, endsAt: minute + 2 * HOUR_MS },
    { key: 'today-afternoon', text: '今天下午', startsAt: at(today, 13.5), endsAt: at(today, 17.5) },
    { key: 'tomorrow-morning', text: '明天上午', startsAt: at(tomorrow, 8.5), endsAt: at(tomorrow, 11.5) },
    { key: 'tomorrow-afternoon', text: '明天下午', startsAt: at(tomorrow, 13.5), endsAt: at(tomorrow, 17.5) },
  ]
  return windows.filter((window) => window.startsAt >= minute)
}
