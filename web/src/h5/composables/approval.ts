import { showToast } from 'vant'
import 'vant/es/toast/style'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError, decisionWords } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { visitors } from '../http'
import { pollInterval } from './visit'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'

/** One request before an approver. The decision carries the version that was shown, so nothing unseen is approved. */
export function useApproval(id: string) {
  const visit = shallowRef<Visit | null>(null)
  const error = shallowRef<unknown>(null)
  const refused = shallowRef<unknown>(null)
  const now = ref(Date.now())

  /** An answer older than what is shown already (asked for before the decision) is dropped. */
  async function load(): Promise<void> {
    error.value = null
    try {
      const fresh = await visitors.approval(id)
      if (fresh.version >= (visit.value?.version ?? 0)) visit.value = fresh
    } catch (caught) {
      if (visit.value === null) error.value = caught
    }
    now.value = Date.now()
  }

  /** On a conflict the request is read again, so that the approver sees what the other one decided. */
  async function decide(work: (seen: Visit) => Promise<Visit>, done: string): Promise<void> {
    const seen = visit.value
    if (seen === null) return
    refused.value = null
    try {
      visit.value = await work(seen)
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
  const approval = useAction(() => decide((seen) => visitors.approve(seen.id, seen.version), '已批准'))
  const refusal = useAction((reason: string) =>
    decide((seen) => visitors.refuse(seen.id, seen.version, reason), '已拒绝'),
  )

  onMounted(async () => {
    await load()
    polling.restart()
  })
  return {
    visit,
    error,
    now,
    load,
    problem: computed(() => (refused.value === null ? null : decisionWords(refused.value))),
    approval,
    refusal,
  }
}
