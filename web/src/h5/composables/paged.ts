import { ref, shallowRef } from 'vue'
import type { Page } from '@/shared/api/types'

/** A list grown page by page along an opaque cursor. An answer that arrives after a newer reload is dropped. */
export function usePaged<T>(fetchPage: (cursor: string | null) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([])
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const isRefreshing = ref(false)
  const isEnd = ref(false)
  const isFirstLoad = ref(true)
  let cursor: string | null = null
  let generation = 0

  async function load(from: string | null): Promise<void> {
    const mine = ++generation
    isLoading.value = true
    error.value = null
    try {
      const page = await fetchPage(from)
      if (mine !== generation) return
      items.value = from === null ? page.items : [...items.value, ...page.items]
      cursor = page.next_cursor
      isEnd.value = cursor === null
    } catch (caught) {
      if (mine === generation) error.value = caught
    } finally {
      if (mine === generation) {
        isLoading.value = false
        isRefreshing.value = false
        isFirstLoad.value = false
      }
    }
  }

  return {
    items,
    error,
    isLoading,
    isRefreshing,
    isEnd,
    isFirstLoad,
    reload: (): Promise<void> => load(null),
    more: async (): Promise<void> => {
      if (isLoading.value || isEnd.value || cursor === null) return
      await load(cursor)
    },
    /** Starts over with an empty list, as when a tab changes. */
    restart: (): Promise<void> => {
      items.value = []
      isFirstLoad.value = true
      isEnd.value = false
      return load(null)
    },
  }
}
