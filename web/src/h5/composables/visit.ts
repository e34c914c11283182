import { onMounted, ref, shallowRef } from 'vue'
import { NetworkError } from '@/shared/api/errors'
import type { Stage, Visit } from '@/shared/api/types'
import { visitors } from '../http'
import { keepVisit, keptVisit } from './keptVisits'
import { usePolling } from '@/shared/composables/polling'
import { useSession } from './session'

const SECOND_MS = 1000
const FINAL: ReadonlySet<Stage> = new Set<Stage>(['refused', 'replaced', 'expired', 'ended'])

/** How soon to look again, in milliseconds; `null` when nothing can change any more. */
export function pollInterval(visit: Visit | null): number | null {
  if (visit === null) return null
  if (visit.stage === 'awaiting_gate' || visit.stage === 'awaiting_park' || visit.gate.status === 'revoking')
    return 4 * SECOND_MS
  if (visit.stage === 'cancelled' || FINAL.has(visit.stage)) return null
  if (visit.stage === 'awaiting_approval' || visit.stage === 'ready' || visit.stage === 'entered') return 15 * SECOND_MS
  return 60 * SECOND_MS
}

/** One own visit, kept on the phone for use without network, followed while it can still change. */
export function useVisit(id: string) {
  const userId = useSession().user.value?.id ?? ''
  const visit = shallowRef<Visit | null>(null)
  /** Everybody of the party, this visit included; empty when somebody comes alone or there is no network. */
  const party = shallowRef<Visit[]>([])
  const error = shallowRef<unknown>(null)
  const keptAt = ref<number | null>(null)
  const now = ref(Date.now())

  /** Shows what the server just said, and looks again as soon as that stage deserves. */
  function replaceWith(fresh: Visit): void {
    now.value = Date.now()
    visit.value = fresh
    keptAt.value = null
    keepVisit(userId, fresh, now.value)
    polling.restart()
  }

  /** An answer older than what is shown already (asked for before a cancellation) is dropped. */
  async function load(): Promise<void> {
    error.value = null
    try {
      const fresh = await visitors.visit(id)
      if (fresh.version >= (visit.value?.version ?? 0)) replaceWith(fresh)
      await loadParty(fresh)
    } catch (caught) {
      useKept(caught)
    }
  }

  /** The others are a help, not what the page is for: without them it works all the same. */
  async function loadParty(fresh: Visit): Promise<void> {
    if (fresh.party) showParty(await visitors.party(fresh.party.id).catch(() => party.value))
  }

  /** Their passes are kept, too: one phone often shows the way for all. */
  function showParty(visits: Visit[]): void {
    party.value = visits
    const own = visits.find((one) => one.id === id)
    for (const one of visits) if (one.id !== id) keepVisit(userId, one, Date.now())
    if (own && own.version > (visit.value?.version ?? 0)) replaceWith(own)
  }

  /** No network: the kept visit stands in. Any other refusal is told instead of an old pass. */
  function useKept(caught: unknown): void {
    now.value = Date.now()
    const kept = caught instanceof NetworkError ? keptVisit(userId, id) : null
    visit.value = kept?.visit ?? null
    keptAt.value = kept?.keptAt ?? null
    error.value = kept ? null : caught
  }

  const polling = usePolling(load, () => (keptAt.value === null ? pollInterval(visit.value) : 15 * SECOND_MS))
  onMounted(async () => {
    await load()
    polling.restart()
  })
  return { visit, party, error, keptAt, now, load, showParty, replaceWith }
}
