import { showToast } from 'vant'
import 'vant/es/toast/style'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError, decisionWords } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { seenOf } from '@/shared/parties'
import { visitors } from '../http'
import { pollInterval } from './visit'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'

/**
 * One request before an approver, with everybody who comes along. The decision carries the versions that were shown, so
 * nothing unseen is approved.
 */
export function useApproval(id: string) {
  const visit = shallowRef<Visit | null>(null)
  const party = shallowRef<Visit[]>([])
  /** Visit id → the visit it was changed from. */
  const before = shallowRef<ReadonlyMap<string, Visit>>(new Map())
  const leftOut = shallowRef<ReadonlySet<string>>(new Set())
  const error = shallowRef<unknown>(null)
  const refused = shallowRef<unknown>(null)
  const now = ref(Date.now())
  /** Who is decided now: everybody of the party who is not left out, or the one visit. */
  const chosen = computed(() => party.value.filter((one) => one.can_decide && !leftOut.value.has(one.id)))
  const canDecide = computed(() => party.value.some(({ can_decide }) => can_decide))

  /** An answer older than what is shown already (asked for before the decision) is dropped. */
  async function load(): Promise<void> {
    error.value = null
    try {
      const fresh = await visitors.approval(id)
      show(fresh.party ? await visitors.partyToDecide(fresh.party.id) : [fresh])
      await loadBefore()
    } catch (caught) {
      if (visit.value === null) error.value = caught
    }
    now.value = Date.now()
  }

  function show(visits: readonly Visit[]): void {
    const fresh = new Map(visits.map((one) => [one.id, one]))
    const known = party.value.map((old) => {
      const one = fresh.get(old.id)
      fresh.delete(old.id)
      return one && one.version >= old.version ? one : old
    })
    party.value = [...known, ...fresh.values()]
    visit.value = party.value.find((one) => one.id === id) ?? null
  }

  /** What was changed, each predecessor read once: it does not change any more. */
  async function loadBefore(): Promise<void> {
    const missing = party.value.filter((one) => one.replaces && !before.value.has(one.id))
    const found = await Promise.all(
      missing.map(async (one) => [one.id, await visitors.approval(one.replaces ?? '').catch(() => null)] as const),
    )
    const known = found.flatMap(([one, old]) => (old ? [[one, old] as const] : []))
    if (known.length) before.value = new Map([...before.value, ...known])
  }

  function toggle(one: string): void {
    const next = new Set(leftOut.value)
    if (!next.delete(one)) next.add(one)
    leftOut.value = next
  }

  /** On a conflict the request is read again, so that the approver sees what the other one decided. */
  async function decide(work: (seen: Visit[]) => Promise<Visit[]>, done: string): Promise<void> {
    if (chosen.value.length === 0) return
    refused.value = null
    try {
      show(await work(chosen.value))
      showToast(done)
      polling.restart()
    } catch (caught) {
      if (caught instanceof ApiError && caught.status === 409) await load()
      refused.value = caught
    }
    now.value = Date.now()
  }

  /** After the decision the gate is followed; a request still open is looked at now and then: another may decide it. */
  const polling = usePolling(
    async () => {
      if (!approval.isBusy.value && !refusal.isBusy.value) await load()
    },
    () => pollInterval(visit.value),
  )
  const approval = useAction(() => decide(approve, '已批准'))
  const refusal = useAction((reason: string) => decide((seen) => refuse(seen, reason), '已拒绝'))

  onMounted(async () => {
    await load()
    polling.restart()
  })
  return {
    visit,
    party,
    before,
    chosen,
    canDecide,
    toggle,
    error,
    now,
    load,
    problem: computed(() => (refused.value === null ? null : decisionWords(refused.value))),
    approval,
    refusal,
  }
}

async function approve([first, ...rest]: Visit[]): Promise<Visit[]> {
  if (!first) return []
  if (first.party) return visitors.approvePeople(first.party.id, seenOf([first, ...rest]))
  return [await visitors.approve(first.id, first.version)]
}

async function refuse([first, ...rest]: Visit[], reason: string): Promise<Visit[]> {
  if (!first) return []
  if (first.party) return visitors.refusePeople(first.party.id, seenOf([first, ...rest]), reason)
  return [await visitors.refuse(first.id, first.version, reason)]
}
