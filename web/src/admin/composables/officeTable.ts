import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import type { Page } from '@/shared/api/types'
import { usePolling } from '@/shared/composables/polling'

const REFRESH_MS = 20_000

/** One page of a table that follows its source: reloads when the question changes and every 20 s while it is looked at. */
export function useOfficeTable<T extends { id: string }>(question: () => unknown, fetchPage: () => Promise<Page<T>>) {
  const rows = shallowRef<T[]>([])
  const nextCursor = ref<string | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)
  let generation = 0

  async function load(): Promise<void> {
    const mine = ++generation
    try {
      const page = await fetchPage()
      if (mine !== generation) return
      rows.value = page.items
      nextCursor.value = page.next_cursor
      error.value = null
    } catch (caught) {
      if (mine === generation) error.value = caught
    } finally {
      if (mine === generation) isLoading.value = false
    }
  }

  async function reload(): Promise<void> {
    isLoading.value = true
    await load()
  }

  function replaceRow(row: T): void {
    rows.value = rows.value.map((old) => (old.id === row.id ? row : old))
  }

  watch(question, reload)
  onMounted(reload)
  usePolling(load, () => REFRESH_MS)
  return { rows, nextCursor, error, isLoading, isEmpty: computed(() => !rows.value.length), load, reload, replaceRow }
}
