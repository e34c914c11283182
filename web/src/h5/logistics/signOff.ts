import type { Registration, SignOffRequest } from '@/shared/api/logisticsTypes'
import { newId } from '@/shared/ids'
import { differenceOf, shortTonnes, signedWords, toKilograms, toTonnes } from '@/shared/quantities'

export interface SignOffDraft {
  requestId: string
  quantity: string
  reason: string
  photos: string[]
}

/** The net weight stands there: whoever received all of it only confirms. */
export function newSignOff(net: string | null): SignOffDraft {
  return { requestId: newId(), quantity: net ? shortTonnes(net) : '', reason: '', photos: [] }
}

export interface Difference {
  words: string
  isBeyond: boolean
}

/** What was weighed, and how much may be missing without a reason. */
export type Weighed = Pick<Registration, 'net' | 'allowed_difference'>

/** How what was received differs from what was weighed; `null` while there is nothing to compare. */
export function differenceTo({ net, allowed_difference }: Weighed, quantity: string): Difference | null {
  const [weighed, received] = [toKilograms(net ?? ''), toKilograms(quantity)]
  if (weighed === null || received === null || weighed === received) return null
  const isBeyond = Math.abs(received - weighed) > (toKilograms(allowed_difference ?? '') ?? 0)
  return { words: signedWords(differenceOf(quantity, toTonnes(weighed))), isBeyond }
}

export function signOffProblem({ quantity, reason }: SignOffDraft, weighed: Weighed): string | null {
  if (!((toKilograms(quantity) ?? 0) > 0)) return '请填写实收吨数，最多三位小数'
  return differenceTo(weighed, quantity)?.isBeyond && !reason.trim() ? '差异超过允许范围，请填写原因' : null
}

export function toSignOff({ requestId, quantity, reason, photos }: SignOffDraft): SignOffRequest {
  return {
    request_id: requestId,
    quantity: toTonnes(toKilograms(quantity) ?? 0),
    reason: reason.trim(),
    photos,
  }
}
