import { formatTime, wallClock } from '@/shared/time'

/** `08:15:30`. */
export function secondsOf(ms: number): string {
  return `${formatTime(ms)}:${String(wallClock(ms).second).padStart(2, '0')}`
}

/** `3 天后到期` / `今天到期` / `已过期 4 天`. The last day still counts as valid. */
export function dayWords({ days_left }: { days_left: number }): string {
  if (days_left < 0) return `已过期 ${-days_left} 天`
  return days_left === 0 ? '今天到期' : `${days_left} 天后到期`
}
