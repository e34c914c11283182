import { ref } from 'vue'
import type { Visit } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'
import type { RowDrawer } from './rowDrawer'

/** The clerk's decision on exactly the visit that is shown. */
export function useDecision(drawer: RowDrawer<Visit>) {
  const isRefusing = ref(false)
  return {
    isRefusing,
    approval: useAction(() => drawer.change((seen) => office.approve(seen.id, seen.version))),
    refusal: useAction(async (reason: string) => {
      await drawer.change((seen) => office.refuse(seen.id, seen.version, reason))
      isRefusing.value = false
    }),
  }
}
