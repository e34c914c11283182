import type { Expiry } from '@/shared/api/logisticsTypes'
import type { Tone } from '@/shared/status'

const SOON_DAYS = 30

/** How much longer a certificate is good; its last day counts as valid. */
export function expiryWords({ days_left }: Expiry): { text: string; tone: Tone } {
  if (days_left < 0) return { text: `已过期 ${-days_left} 天`, tone: 'failed' }
  if (days_left === 0) return { text: '今天到期', tone: 'waiting' }
  return { text: `还有 ${days_left} 天`, tone: days_left <= SOON_DAYS ? 'waiting' : 'ended' }
}

/** The first to end first. */
export function inOrder(expiries: readonly Expiry[]): Expiry[] {
  return [...expiries].sort((a, b) => a.days_left - b.days_left)
}
