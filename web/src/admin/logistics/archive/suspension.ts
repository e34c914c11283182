import { computed, ref } from 'vue'
import { useAction } from '@/shared/composables/action'
import type { RowDrawer } from '../../composables/rowDrawer'

interface Suspendable {
  id: string
  version: number
  suspended_reason: string | null
}

export const SUSPENSION_REASONS = ['证件不实', '违反厂区规定', '安全事故', '车队要求']

/** Stops a vehicle or person from being registered, with a reason that drivers see; or lifts it. */
export function useSuspension<T extends Suspendable>(
  drawer: RowDrawer<T>,
  send: (id: string, version: number, reason: string) => Promise<T>,
) {
  const isAsking = ref(false)
  return {
    isAsking,
    isSuspended: computed(() => drawer.row.value?.suspended_reason != null),
    suspend: useAction(async (reason: string) => {
      await drawer.change((seen) => send(seen.id, seen.version, reason))
      isAsking.value = false
    }),
    lift: useAction(() => drawer.change((seen) => send(seen.id, seen.version, ''))),
  }
}
