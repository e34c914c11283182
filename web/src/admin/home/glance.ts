import { onMounted, type ShallowRef, shallowRef } from 'vue'
import type { Page } from '@/shared/api/types'
import { usePolling } from '@/shared/composables/polling'

const REFRESH_MS = 60_000

/** One part of the day at a glance: read on its own, so that what cannot be read hides nothing else. */
export function useGlance<T>(load: () => Promise<T>): { value: ShallowRef<T | null>; error: ShallowRef<unknown> } {
  const value: ShallowRef<T | null> = shallowRef(null)
  const error = shallowRef<unknown>(null)

  async function look(): Promise<void> {
    try {
      value.value = await load()
      error.value = null
    } catch (caught) {
      error.value = caught
    }
  }
  onMounted(look)
  usePolling(look, () => REFRESH_MS)
  return { value, error }
}

/** How many there are, as far as one page tells: `7`, or `20+` when there are more. */
export function countWords({ items, next_cursor }: Page<unknown>): string {
  return next_cursor ? `${items.length}+` : String(items.length)
}
