import type { SignOffRequest } from '@/shared/api/logisticsTypes'
import { newId } from '@/shared/ids'
import { differenceOf, shortTonnes, signedWords, toKilograms, toTonnes } from '@/shared/quantities'

/** LE's tolerance: 0.3 % of the net weight (docs/integrators/le.md). */
const TOLERANCE_PER_MILLE = 3

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

/** How what was received differs from what was weighed; `null` while there is nothing to compare. */
export function differenceTo(net: string | null, quantity: string): Difference | null {
  const [weighed, received] = [toKilograms(net ?? ''), toKilograms(quantity)]
  if (weighed === null || received === null || weighed === received) return null
  const isBeyond = Math.abs(received - weighed) * 1000 > weighed * TOLERANCE_PER_MILLE
  return { words: signedWords(differenceOf(quantity, toTonnes(weighed))), isBeyond }
}

export function signOffProblem({ quantity, reason }: SignOffDraft, net: string | null): string | null {
  if (!((toKilograms(quantity) ?? 0) > 0)) return '请填写实收吨数，最多三位小数'
  return differenceTo(net, quantity)?.isBeyond && !reason.trim() ? '差异超过 0.3%，请填写原因' : null
}

export function toSignOff({ requestId, quantity, reason, photos }: SignOffDraft): SignOffRequest {
  return {
    request_id: requestId,
    quantity: toTonnes(toKilograms(quantity) ?? 0),
    reason: reason.trim(),
    photos,
  }
}
