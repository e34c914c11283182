import { newId } from '@/shared/ids'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { emptyForm, type ReserveForm } from './form'
import { emptyVisitor, keepable } from './rules'

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

/** An ID number is typed once and lies in this page's memory only, so that a look at another page does not lose it. */
let typed = { requestId: '', number: '' }

export function newDraft(now: number): Draft {
  return { form: emptyForm(), requestId: newId(), savedAt: now }
}

export function openDraft(userId: string, now: number): Draft {
  const kept = readUserItem<Draft>(userId, KEY)
  const isUsable = kept !== null && typeof kept.requestId === 'string' && now - kept.savedAt < KEEP_MS
  if (!isUsable) return newDraft(now)
  const number = typed.requestId === kept.requestId ? typed.number : ''
  const visitor = { ...emptyVisitor(), ...kept.form.visitor, id_number: number }
  return { ...kept, form: { ...emptyForm(), ...kept.form, visitor } }
}

export function saveDraft(userId: string, draft: Draft, now: number): void {
  typed = { requestId: draft.requestId, number: draft.form.visitor.id_number }
  const form = { ...draft.form, visitor: keepable(draft.form.visitor) }
  writeUserItem(userId, KEY, { ...draft, form, savedAt: now })
}

export function dropDraft(userId: string): void {
  removeUserItem(userId, KEY)
}
