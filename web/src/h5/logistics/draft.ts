import type { RegistrationKind } from '@/shared/api/logisticsTypes'
import { newId } from '@/shared/ids'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { emptyForm, type RegisterForm } from './form'

const KEEP_MS = 12 * 3_600_000

/**
 * What survives a reload, a call, or WeChat killing the page. The request id belongs to the form until the server took it:
 * every repetition carries the same one, so that the server makes one registration of them.
 */
export interface Draft {
  form: RegisterForm
  requestId: string
  savedAt: number
}

const keyOf = (kind: RegistrationKind): string => `register-draft.${kind}`

export function newDraft(kind: RegistrationKind, now: number): Draft {
  return { form: emptyForm(kind), requestId: newId(), savedAt: now }
}

export function openDraft(userId: string, kind: RegistrationKind, now: number): Draft {
  const known = readUserItem<Draft>(userId, keyOf(kind))
  const isUsable = known !== null && typeof known.requestId === 'string' && now - known.savedAt < KEEP_MS
  return isUsable ? { ...known, form: { ...emptyForm(kind), ...known.form, kind } } : newDraft(kind, now)
}

export function saveDraft(userId: string, draft: Draft, now: number): void {
  writeUserItem(userId, keyOf(draft.form.kind), { ...draft, savedAt: now })
}

export function dropDraft(userId: string, kind: RegistrationKind): void {
  removeUserItem(userId, keyOf(kind))
}
