import type { Registration } from '@/shared/api/logisticsTypes'
import type { Tone } from '@/shared/status'
import { HOUR_MS, MINUTE_MS, parse } from '@/shared/time'

const SECOND_MS = 1000

export interface Countdown {
  /** `01:23:45`; `00:00:00` once it is over. */
  clock: string
  tone: Tone
  isOver: boolean
}

const two = (value: number): string => String(value).padStart(2, '0')

/** The time limit of a registration: until when the truck must have arrived. */
export type Limit = Pick<Registration, 'expires_at' | 'warn_at'>

/** How long there is still time to arrive; `null` once the truck has arrived or it is over. */
export function limitCountdown({ expires_at, warn_at }: Limit, now: number): Countdown | null {
  if (!expires_at) return null
  const left = parse(expires_at) - now
  const isWarned = Boolean(warn_at) && parse(warn_at ?? '') <= now
  return { clock: clockOf(left), tone: left <= 0 ? 'failed' : isWarned ? 'waiting' : 'busy', isOver: left <= 0 }
}

/** Hours, minutes and seconds; a second that has begun still counts. */
export function clockOf(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / SECOND_MS))
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => two(Math.floor(part))).join(':')
}

/** `1 小时 23 分` / `8 分钟` / `不到 1 分钟`, for a line among others. */
export function leftWords(leftMs: number): string {
  if (leftMs < MINUTE_MS) return '不到 1 分钟'
  const [hours, minutes] = [Math.floor(leftMs / HOUR_MS), Math.floor((leftMs % HOUR_MS) / MINUTE_MS)]
  if (hours >= 24) return `${Math.floor(hours / 24)} 天 ${hours % 24} 小时`
  if (hours) return minutes ? `${hours} 小时 ${minutes} 分` : `${hours} 小时`
  return `${minutes} 分钟`
}
