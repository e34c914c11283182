import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import type { Query } from '@/shared/api/http'
import type { Page } from '@/shared/api/types'
import { usePolling } from '@/shared/composables/polling'
import { useCursorPages } from './cursorPages'

const REFRESH_MS = 20_000

interface Row {
  id: string
}

export type OfficeList<P extends Page<Row>> = ReturnType<typeof useOfficeList<P>>
/** What the page round the rows needs to know, whatever the rows are. */
export type ListFrame = Omit<OfficeList<Page<Row>>, 'replaceRow'>

/**
 * One list page of the office: filters (`names`) and place in the list live in the address; the page is read again when
 * they change and every 20 s while it is looked at. `ask` makes the question of the filters when it is more than them.
 */
export function useOfficeList<P extends Page<Row>>(
  names: readonly string[],
  fetchPage: (question: Query) => Promise<P>,
  ask: (filters: Record<string, string>) => Query = (filters) => filters,
) {
  const place = useCursorPages(names)
  const question = (): Query => ({ ...ask(place.filters.value), cursor: place.cursor.value })
  const page = shallowRef<P | null>(null)
  const rows = shallowRef<P['items']>([])
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)
  let generation = 0

  async function load(): Promise<void> {
    const mine = ++generation
    try {
      const answer = await fetchPage(question())
      if (mine !== generation) return
      page.value = answer
      rows.value = answer.items
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

  function replaceRow(row: P['items'][number]): void {
    rows.value = rows.value.map((old: Row) => (old.id === row.id ? row : old))
  }

  watch(question, reload)
  onMounted(reload)
  usePolling(load, () => REFRESH_MS)
  return {
    filters: place.filters,
    filterBy: place.filterBy,
    isFiltered: computed(() => Object.values(place.filters.value).some(Boolean)),
    isFirst: place.isFirst,
    hasNext: computed(() => (page.value?.next_cursor ?? null) !== null),
    next: (): void => place.next(page.value?.next_cursor ?? ''),
    previous: place.previous,
    page,
    rows,
    error,
    isLoading,
    isEmpty: computed(() => !rows.value.length),
    load,
    reload,
    replaceRow,
  }
}
