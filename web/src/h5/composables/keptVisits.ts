import type { Visit } from '@/shared/api/types'
import { parse } from '@/shared/time'
import { readUserItem, removeUserItem, userKeys, writeUserItem } from './storage'

const PREFIX = 'visit.'
const KEEP_AFTER_END_MS = 24 * 3_600_000

export interface KeptVisit {
  visit: Visit
  keptAt: number
}

/** Keeps an opened visit for use without network; visits over for a day are thrown away on the way. */
export function keepVisit(userId: string, visit: Visit, now: number): void {
  dropOldVisits(userId, now)
  writeUserItem(userId, PREFIX + visit.id, { visit, keptAt: now } satisfies KeptVisit)
}

/** A pass that is no longer valid must not be shown without network. */
export function dropVisit(userId: string, visitId: string): void {
  removeUserItem(userId, PREFIX + visitId)
}

export function keptVisit(userId: string, visitId: string): KeptVisit | null {
  return readUserItem<KeptVisit>(userId, PREFIX + visitId)
}

/** Every kept visit, the latest start first: the list shown without network. */
export function keptVisits(userId: string): KeptVisit[] {
  return userKeys(userId, PREFIX)
    .flatMap((key) => readUserItem<KeptVisit>(userId, key) ?? [])
    .sort((a, b) => parse(b.visit.starts_at) - parse(a.visit.starts_at))
}

function dropOldVisits(userId: string, now: number): void {
  for (const key of userKeys(userId, PREFIX)) {
    const kept = readUserItem<KeptVisit>(userId, key)
    if (kept === null || parse(kept.visit.ends_at) + KEEP_AFTER_END_MS < now) removeUserItem(userId, key)
  }
}
