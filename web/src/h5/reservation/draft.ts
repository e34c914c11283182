import { newId } from '@/shared/ids'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { emptyForm, peopleOf, type ReserveForm } from './form'
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

/** ID numbers are typed once and lie in this page's memory only, so that a look at another page does not lose them. */
let typed: { requestId: string; numbers: string[] } = { requestId: '', numbers: [] }

export function newDraft(now: number): Draft {
  return { form: emptyForm(), requestId: newId(), savedAt: now }
}

export function openDraft(userId: string, now: number): Draft {
  const kept = readUserItem<Draft>(userId, KEY)
  const isUsable = kept !== null && typeof kept.requestId === 'string' && now - kept.savedAt < KEEP_MS
  if (!isUsable) return newDraft(now)
  const form = { ...emptyForm(), ...kept.form }
  const numbers = typed.requestId === kept.requestId ? typed.numbers : []
  const [visitor = emptyVisitor(), ...companions] = peopleOf(form).map((person, position) => ({
    ...emptyVisitor(),
    ...person,
    id_number: numbers[position] ?? '',
  }))
  return { ...kept, form: { ...form, visitor, companions } }
}

export function saveDraft(userId: string, draft: Draft, now: number): void {
  const { form, requestId } = draft
  typed = { requestId, numbers: peopleOf(form).map(({ id_number }) => id_number) }
  const kept = { ...form, visitor: keepable(form.visitor), companions: form.companions.map(keepable) }
  writeUserItem(userId, KEY, { ...draft, form: kept, savedAt: now })
}

export function dropDraft(userId: string): void {
  removeUserItem(userId, KEY)
}
