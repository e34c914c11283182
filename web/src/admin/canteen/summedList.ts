import { computed, ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Query } from '@/shared/api/http'
import type { Page } from '@/shared/api/types'
import { useOfficeList } from '../composables/officeList'
import { withPeriod } from './period'
import { useSlices } from './slices'

interface Summed<S> {
  ask: (question: Query) => Promise<S>
  add: (sums: S, slice: S) => S
}

/**
 * A list of some days with what its filter adds up to. The page is read again every 20 s; the sums, which may take many
 * requests, only with the filter and with 刷新.
 */
export function useSummedList<P extends Page<{ id: string }>, S extends { next_cursor: string | null }>(
  names: readonly string[],
  fetchPage: (question: Query) => Promise<P>,
  sums: Summed<S>,
) {
  const route = useRoute()
  /** The day that the last seven end with: rows and sums are of the same days, also past midnight. */
  const now = ref(Date.now())
  const ask = (filters: Record<string, string>): Record<string, string> => withPeriod(filters, now.value)
  const list = useOfficeList<P>(['first', 'last', ...names], fetchPage, ask)
  const asked = computed(() => ask(list.filters.value))
  /** Only of this page's own address: leaving for another page is no change of the filter. */
  const place = route.path
  let last: Query = asked.value
  const slices = useSlices<S>(() => (route.path === place ? (last = asked.value) : last), sums.ask, sums.add)

  async function reload(): Promise<void> {
    now.value = Date.now()
    await Promise.all([list.reload(), slices.again()])
  }
  /** A narrow filter looks at a bounded number of rows: the next page goes on behind them. */
  const goesOn = computed(() => list.isEmpty.value && list.hasNext.value && !list.isLoading.value && !list.error.value)
  const isFiltered = computed(() => names.some((name) => list.filters.value[name]))
  return { list: { ...list, reload, isFiltered, goesOn }, asked, slices }
}
