import type { HostCandidate, ReserveRequest, Visit } from '@/shared/api/types'
import { readUserItem, writeUserItem } from '../composables/storage'
import { isPhone, normalisePhone } from '@/shared/phones'
import { nameProblem } from './rules'

/** Whom to visit: chosen from the plant's register (`choice`, opaque), or typed by hand when the register cannot help. */
export interface HostDraft {
  choice: string | null
  department: string
  byHand: boolean
  name: string
  /** Masked when chosen, in full when typed. */
  phone: string
  job_number: string
}

export function emptyHost(): HostDraft {
  return { choice: null, department: '', byHand: false, name: '', phone: '', job_number: '' }
}

export function chosenHost({ choice, name, phone_masked, department }: HostCandidate): HostDraft {
  return { ...emptyHost(), choice, name, phone: phone_masked, department }
}

/** The host of an earlier visit, for a new or changed one. */
export function hostOfVisit({ choice, name, phone, job_number }: Visit['host']): HostDraft {
  if (choice) return { ...emptyHost(), choice, name, phone }
  return { ...emptyHost(), byHand: true, name, phone, job_number: job_number ?? '' }
}

/** Field path (as the server names it) → what to correct, or null. */
export function hostProblems(host: HostDraft): Record<string, string | null> {
  if (host.choice) return {}
  if (!host.byHand) return { 'host.choice': '请查找并选择被访人，或手动填写' }
  return {
    'host.name': nameProblem(host.name),
    'host.phone': isPhone(host.phone) ? null : '请填写 11 位手机号码',
  }
}

/** The checked host as the API takes it. */
export function toHost(host: HostDraft): ReserveRequest['host'] {
  if (host.choice) return { choice: host.choice }
  return {
    name: host.name.trim(),
    phone: normalisePhone(host.phone),
    job_number: host.job_number.trim() || null,
  }
}

export function hostWords({ name, phone, job_number, department }: HostDraft): string {
  return [name, phone, department, job_number && `工号 ${job_number}`].filter(Boolean).join('  ')
}

const RECENT = 'recent-hosts'
const RECENT_MAX = 4
/** A day less than the server keeps a choice valid. */
const RECENT_MS = 29 * 86_400_000
type Recent = HostCandidate & { at: number }

/** The hosts this user chose lately on this phone, the last one first. */
export function recentHosts(userId: string, now: number): HostCandidate[] {
  const kept = readUserItem<Recent[]>(userId, RECENT)
  return Array.isArray(kept) ? kept.filter(({ at }) => now - at < RECENT_MS) : []
}

/** A choice is sealed anew by every search: the same person is known by what is shown of them. */
export function rememberHost(userId: string, host: HostCandidate, now: number): void {
  const shown = ({ name, phone_masked, department }: HostCandidate): string =>
    [name, phone_masked, department].join('|')
  const others = (readUserItem<Recent[]>(userId, RECENT) ?? []).filter((one) => shown(one) !== shown(host))
  writeUserItem(userId, RECENT, [{ ...host, at: now }, ...others].slice(0, RECENT_MAX))
}

export function forgetHost(userId: string, choice: string): void {
  const kept = readUserItem<Recent[]>(userId, RECENT) ?? []
  writeUserItem(
    userId,
    RECENT,
    kept.filter((one) => one.choice !== choice),
  )
}
