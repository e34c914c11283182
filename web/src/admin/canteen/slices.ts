import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue'
import type { Query } from '@/shared/api/http'

interface Slice {
  next_cursor: string | null
}

/**
 * What a filter adds up to: asked slice by slice until the server has no further one, shown while it grows. A changed
 * filter begins anew, and what was still under way for the old one is forgotten. After an error `goOn` continues where it
 * stopped.
 */
export function useSlices<T extends Slice>(
  question: () => Query,
  ask: (question: Query) => Promise<T>,
  add: (sums: T, slice: T) => T,
) {
  const sums: Ref<T | null> = shallowRef(null)
  const error = shallowRef<unknown>(null)
  const isComplete = ref(false)
  /** When the shown sums were begun, in epoch milliseconds. */
  const begunAt = ref(0)
  let generation = 0
  let cursor: string | null = null
  /** Kept while they are reckoned anew, so that a refresh does not flicker. */
  let growing: T | null = null

  async function goOn(): Promise<void> {
    const mine = ++generation
    const asked = question()
    error.value = null
    try {
      do {
        const slice: T = await ask({ ...asked, cursor })
        if (mine !== generation) return
        growing = growing ? add(growing, slice) : slice
        cursor = slice.next_cursor
        isComplete.value = cursor === null
        sums.value = growing
      } while (cursor !== null)
    } catch (caught) {
      if (mine === generation) error.value = caught
    }
  }

  async function again(): Promise<void> {
    cursor = null
    growing = null
    isComplete.value = false
    begunAt.value = Date.now()
    await goOn()
  }

  watch(
    () => JSON.stringify(question()),
    () => {
      sums.value = null
      void again()
    },
    { immediate: true },
  )
  onScopeDispose(() => generation++)
  return { sums, error, isComplete, begunAt, isRunning: computed(() => !isComplete.value && !error.value), goOn, again }
}

export type Slices<T extends Slice> = ReturnType<typeof useSlices<T>>
