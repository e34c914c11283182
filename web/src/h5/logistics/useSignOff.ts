import { showToast } from 'vant'
import 'vant/es/toast/style'
import { computed, ref, shallowRef, watch } from 'vue'
import { ApiError } from '@/shared/api/errors'
import { serverNow } from '@/shared/api/serverClock'
import type { Registration } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { logistics } from '../http'
import { lookAgain } from './current'
import { differenceTo, newSignOff, type SignOffDraft, signOffProblem, toSignOff } from './signOff'

/** Signing what was received; whoever comes second is shown the first signature. The draft with its request id lies on the phone until the server took it. */
export function useSignOff(userId: string, id: string) {
  const key = `sign-off.${id}`
  const registration = shallowRef<Registration | null>(null)
  const draft = ref<SignOffDraft>(newSignOff(null))

  const loading = useAction(async () => {
    const known = await logistics.registration(id)
    draft.value = readUserItem<SignOffDraft>(userId, key) ?? newSignOff(known.net)
    registration.value = known
  })

  watch(
    draft,
    () => {
      if (registration.value?.can_sign_off) writeUserItem(userId, key, draft.value)
    },
    { deep: true },
  )

  const submission = useAction(async () => {
    const problem = registration.value && signOffProblem(draft.value, registration.value)
    if (problem) return void showToast(problem)
    try {
      registration.value = await logistics.signOff(id, toSignOff(draft.value))
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'registration_already_signed')) throw error
      registration.value = await logistics.registration(id)
    }
    removeUserItem(userId, key)
    showToast('已签收')
  })

  /** Followed until LE has the signature. */
  const polling = usePolling(follow, () =>
    registration.value?.sign_off ? lookAgain([registration.value], serverNow()) : null,
  )
  watch(registration, polling.restart)
  async function follow(): Promise<void> {
    registration.value = await logistics.registration(id).catch(() => registration.value)
  }

  return {
    registration,
    draft,
    loading,
    submission,
    difference: computed(() => registration.value && differenceTo(registration.value, draft.value.quantity)),
  }
}
