import type { Registration, RegistrationStatus } from '@/shared/api/logisticsTypes'
import { CLOSED, laneWords, statusWord } from '@/shared/logistics'
import { tonnesWords } from '@/shared/quantities'
import { HOUR_MS, parse } from '@/shared/time'
import { leftWords, limitCountdown } from './countdown'

const SECOND_MS = 1000
/** An end without goods is told on the first page for this long. */
const TOLD_MS = 24 * HOUR_MS

/** Whoever must act soonest comes first: called, a hold that runs, to be signed, on the way. */
const URGENCY: RegistrationStatus[] = ['called', 'registered', 'card_issued', 'exited', 'queued']

function urgency({ status }: Registration): number {
  const at = URGENCY.indexOf(status)
  return at < 0 ? URGENCY.length : at
}

/** The open ones, most urgent first; when there are none, the last one if it just ended without goods. */
export function currentOnes(registrations: readonly Registration[], now: number): Registration[] {
  const open = registrations.filter(({ status }) => !CLOSED.has(status))
  if (open.length) return [...open].sort((one, other) => urgency(one) - urgency(other) || endsBefore(one, other))
  const last = registrations[0]
  const isTold = last && isSadEnd(last) && endedAt(last) > now - TOLD_MS
  return isTold ? [last] : []
}

const isSadEnd = ({ status }: Registration): boolean => ['expired', 'released', 'rejected'].includes(status)
const endedAt = ({ events, created_at }: Registration): number => parse(events.at(-1)?.at ?? created_at)
const endsBefore = (one: Registration, other: Registration): number => limitEnd(one) - limitEnd(other)
const limitEnd = ({ expires_at, created_at }: Registration): number => parse(expires_at ?? created_at)

/** The time is over, the server has not carried it out yet. */
export function arrivedLate(registration: Registration, now: number): boolean {
  return limitCountdown(registration, now)?.isOver ?? false
}

/** LE has not taken all of it yet. */
const isBeingTold = ({ le, sign_off }: Registration): boolean => le === 'waiting' || sign_off?.le === 'waiting'

/** How soon to look again, in milliseconds; `null` when nothing can change any more. */
export function lookAgain(registrations: readonly Registration[], now: number): number | null {
  const open = registrations.filter((one) => !CLOSED.has(one.status) || isBeingTold(one))
  if (open.length === 0) return null
  const isQuick = open.some((one) => one.status === 'queued' || isBeingTold(one) || arrivedLate(one, now))
  return (isQuick ? 5 : 15) * SECOND_MS
}

export interface NextAction {
  text: string
  to: string
  test: string
}

/** The one thing to do next with a registration. */
export function nextAction(registration: Registration): NextAction | null {
  const { id, status, kind, can_sign_off } = registration
  if (can_sign_off) return { text: '去签收', to: `/logistics/registrations/${id}/sign-off`, test: 'to-sign-off' }
  if (['card_issued', 'queued', 'called'].includes(status))
    return { text: '查看排队', to: '/logistics/queue', test: 'to-queue' }
  if (isSadEnd(registration))
    return { text: '重新登记', to: `/logistics/register?kind=${kind}`, test: 'register-again' }
  return null
}

/** The live line of the entrance: `32%液碱 30 吨 · 占用还剩 1 小时 23 分`, `已叫号，请到 2 号道`. */
export function entranceLine(registration: Registration, now: number): string {
  const { status, kind, lane_code, product_name, quantity, hold, expires_at } = registration
  const what = hold ? '占用' : '到厂'
  const goods = `${product_name} ${tonnesWords(quantity)}`
  if (status === 'called' && lane_code) return `已叫号，请到 ${laneWords(lane_code)}`
  if (status === 'expired') return '已退卡，请重新登记'
  const left = limitCountdown(registration, now)
  if (left?.isOver) return `${goods} · ${what}时间已到`
  if (left && expires_at) return `${goods} · ${what}还剩 ${leftWords(parse(expires_at) - now)}`
  return `${goods} · ${statusWord(status, kind).word}`
}
