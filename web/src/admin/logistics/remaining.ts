import { HOUR_MS, MINUTE_MS } from '@/shared/time'

const two = (value: number): string => String(value).padStart(2, '0')

/** How long until then: `2 小时 05 分`, `4 分 09 秒`; nothing left is `已到时限`. */
export function remainingWords(untilMs: number, nowMs: number): string {
  const left = untilMs - nowMs
  if (left <= 0) return '已到时限'
  const minutes = Math.floor((left % HOUR_MS) / MINUTE_MS)
  if (left >= HOUR_MS) return `${Math.floor(left / HOUR_MS)} 小时 ${two(minutes)} 分`
  return `${minutes} 分 ${two(Math.floor((left % MINUTE_MS) / 1000))} 秒`
}

/** A number of minutes as people say it: `4 小时`, `1 小时 30 分`, `45 分`. */
export function minutesWords(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return [hours && `${hours} 小时`, (rest || !hours) && `${rest} 分`].filter(Boolean).join(' ')
}

/** How old something is: `12 秒前`, `3 分钟前`, `2 小时前`. */
export function ageWords(atMs: number, nowMs: number): string {
  const age = Math.max(0, nowMs - atMs)
  if (age < MINUTE_MS) return `${Math.floor(age / 1000)} 秒前`
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} 分钟前`
  return `${Math.floor(age / HOUR_MS)} 小时前`
}
