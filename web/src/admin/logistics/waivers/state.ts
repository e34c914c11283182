import type { Waiver } from '@/shared/api/logisticsOfficeTypes'
import type { StatusWord } from '@/shared/status'
import { formatIsoDay, fromWallClock, HOUR_MS, parse } from '@/shared/time'

/** What has become of an exception. */
export function waiverState({ used_by, withdrawn, valid_until }: Waiver, now: number): StatusWord {
  if (withdrawn) return { word: '已撤回', tone: 'ended' }
  if (used_by) return { word: '已使用', tone: 'busy' }
  return parse(valid_until) <= now ? { word: '已过期', tone: 'ended' } : { word: '可使用', tone: 'ready' }
}

export const isOpen = (waiver: Waiver, now: number): boolean => waiverState(waiver, now).tone === 'ready'

const DAY_MS = 24 * HOUR_MS

/** Ends that are chosen most, as the form holds them: tonight, tomorrow night, the night after. */
export function usualEnds(now: number): { text: string; end: string }[] {
  return ['今天内', '明天内', '3 天内'].map((text, days) => ({
    text,
    end: `${formatIsoDay(now + days * DAY_MS)} 23:59`,
  }))
}

/** Epoch milliseconds of `2026-11-26 23:59` on the plant's clock, whatever the computer's; `null` for anything else. */
export function momentOf(text: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)$/.exec(text)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number)
  return fromWallClock({ year, month, day, hour, minute })
}
