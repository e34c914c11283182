import { showToast } from 'vant'
import 'vant/es/toast/style'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError, errorWords } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { visitors } from '../http'
import { useAction } from '@/shared/composables/action'

/** One request before an approver. The decision carries the version that was shown, so nothing unseen is approved. */
export function useApproval(id: string) {
  const visit = shallowRef<Visit | null>(null)
  const error = shallowRef<unknown>(null)
  const refused = shallowRef<unknown>(null)
  const now = ref(Date.now())

  async function load(): Promise<void> {
    error.value = null
    try {
      visit.value = await visitors.approval(id)
    } catch (caught) {
      error.value = caught
      visit.value = null
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
    } catch (caught) {
      if (caught instanceof ApiError && caught.status === 409) await load()
      refused.value = caught
    }
    now.value = Date.now()
  }

  onMounted(load)
  return {
    visit,
    error,
    now,
    load,
    problem: computed(() => (refused.value === null ? null : errorWords(refused.value))),
    approval: useAction(() => decide((seen) => visitors.approve(seen.id, seen.version), '已批准')),
    refusal: useAction((reason: string) => decide((seen) => visitors.refuse(seen.id, seen.version, reason), '已拒绝')),
  }
}
