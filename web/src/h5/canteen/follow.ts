import type { TopUp, TopUpStatus } from '@/shared/api/canteenTypes'
import { parse } from '@/shared/time'

const SECOND_MS = 1000
/** Quick while people look, then ever slower. */
const PAUSES_S = [2, 3, 5, 8, 13, 21, 30]
/** Nothing changes any more while one looks. A closed one that was paid after all is found by the schedule, or by opening it. */
const SETTLED: ReadonlySet<TopUpStatus> = new Set<TopUpStatus>(['credited', 'refunded', 'closed'])

/** The pause before the next look, in milliseconds. */
export function pauseAfter(looks: number): number {
  return (PAUSES_S[Math.min(looks, PAUSES_S.length - 1)] ?? 0) * SECOND_MS
}

/** Whether its state may still change by itself. */
export function isMoving({ status }: Pick<TopUp, 'status'>): boolean {
  return !SETTLED.has(status)
}

/** How far it is, for dropping an answer that another one has overtaken: the time line only grows. */
export function isOlder(answer: TopUp, shown: TopUp | null): boolean {
  return shown !== null && answer.events.length < shown.events.length
}

/** The time to pay is over here, the server has not closed it yet. */
export function isOverdue({ status, expires_at }: TopUp, now: number): boolean {
  return status === 'created' && parse(expires_at) <= now
}

/** Paid, and on its way to the card. */
export function isToBeCredited({ status }: Pick<TopUp, 'status'>): boolean {
  return status === 'paid' || status === 'crediting'
}

/** The ones that matter on the first page: what can be paid first, then money on the way. */
export function underWay(topUps: readonly TopUp[]): TopUp[] {
  const toPay = topUps.filter(({ can_pay }) => can_pay)
  return [...toPay, ...topUps.filter(({ can_pay, is_on_the_way }) => is_on_the_way && !can_pay)]
}
