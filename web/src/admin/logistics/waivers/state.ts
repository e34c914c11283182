import type { Waiver } from '@/shared/api/logisticsOfficeTypes'
import type { StatusWord } from '@/shared/status'
import { fromWallClock, HOUR_MS, parse, wallClock } from '@/shared/time'

/** What has become of an exception. */
export function waiverState({ used_by, withdrawn, valid_until }: Waiver, now: number): StatusWord {
  if (withdrawn) return { word: '已撤回', tone: 'ended' }
  if (used_by) return { word: '已使用', tone: 'busy' }
  return parse(valid_until) <= now ? { word: '已过期', tone: 'ended' } : { word: '可使用', tone: 'ready' }
}

export const isOpen = (waiver: Waiver, now: number): boolean => waiverState(waiver, now).tone === 'ready'

/** Ends that are chosen most: tonight, tomorrow night, in three days. */
export function usualEnds(now: number): { text: string; at: number }[] {
  const { year, month, day } = wallClock(now)
  const tonight = fromWallClock({ year, month, day, hour: 23, minute: 59 })
  return [
    { text: '今天内', at: tonight },
    { text: '明天内', at: tonight + 24 * HOUR_MS },
    { text: '3 天内', at: tonight + 48 * HOUR_MS },
  ]
}
