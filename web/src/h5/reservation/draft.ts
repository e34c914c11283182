import { newId } from '@/shared/ids'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { emptyForm, type ReserveForm } from './form'

const KEY = 'reserve-draft'
const KEEP_MS = 24 * 3_600_000

/**
 * What survives when WeChat kills the page. The request id belongs to the form until a submission succeeded: every
 * repetition carries the same one, so the server makes one visit of them.
 */
export interface Draft {
  form: ReserveForm
  requestId: string
  savedAt: number
}

export function newDraft(now: number): Draft {
  return { form: emptyForm(), requestId: newId(), savedAt: now }
}

export function openDraft(userId: string, now: number): Draft {
  const kept = readUserItem<Draft>(userId, KEY)
  const isUsable = kept !== null && typeof kept.requestId === 'string' && now - kept.savedAt < KEEP_MS
  return isUsable ? { ...kept, form: { ...emptyForm(), ...kept.form } } : newDraft(now)
}

export function saveDraft(userId: string, draft: Draft, now: number): void {
  writeUserItem(userId, KEY, { ...draft, savedAt: now })
}

export function dropDraft(userId: string): void {
  removeUserItem(userId, KEY)
}
