import type { LePlace } from '@/shared/api/logisticsOfficeTypes'
import type { Tone } from '@/shared/status'
import { formatStamp, MINUTE_MS, parse } from '@/shared/time'
import { ageWords } from '../remaining'

/** LE is asked every minute; an answer older than this means it cannot be reached. */
const SILENT_MS = 5 * MINUTE_MS
/** A push that waits longer than this is no longer only on its way. */
const LATE_MS = 2 * MINUTE_MS

export interface LeWords {
  text: string
  tone: Tone
  polled: string
  /** The pushes to look at, when there are some that need it. */
  state: 'pending' | 'failed' | null
}

/** What the office should know of the line to LE: the worst first, and since when. */
export function leWords(place: LePlace | null, now: number): LeWords {
  if (!place) return { text: '暂时读不到同步状态', tone: 'ended', polled: '', state: null }
  const polled = place.polled_at ? `${ageWords(parse(place.polled_at), now)}有答复` : '还没有答复过'
  const waits = place.pending ? `${place.pending} 条等待推送` : ''
  if (place.failed) {
    const text = [`${place.failed} 条推送失败，需要处理`, waits].filter(Boolean).join('；')
    return { text, tone: 'failed', polled, state: 'failed' }
  }
  const oldest = place.oldest_pending_at === null ? now : parse(place.oldest_pending_at)
  if (place.pending && now - oldest > LATE_MS) {
    const text = `${waits}，最早的从 ${formatStamp(oldest)} 起；对方恢复后自动补发`
    return { text, tone: 'waiting', polled, state: 'pending' }
  }
  if (!place.polled_at || now - parse(place.polled_at) > SILENT_MS)
    return { text: '没有答复，车辆进度可能不是最新', tone: 'waiting', polled, state: null }
  return { text: waits ? `同步正常，${waits}` : '同步正常，全部已推送', tone: 'ready', polled, state: null }
}
