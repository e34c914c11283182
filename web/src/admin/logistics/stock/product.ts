import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { SeriesPoint, StockDetail } from '@/shared/api/logisticsOfficeTypes'
import { usePolling } from '@/shared/composables/polling'
import { formatIsoDay } from '@/shared/time'
import { logistics } from '../../http'
import { daysOf, type Span, spanOf, stepSpan } from './span'

const REFRESH_MS = 20_000

/** One product with its tanks and holds, and its course over the days that the address names. */
export function useProduct() {
  const route = useRoute()
  const router = useRouter()
  const code = computed(() => String(route.params['code'] ?? ''))
  const today = ref(formatIsoDay(Date.now()))
  const span = computed(() => spanOf(route.query['span']))
  const last = computed(() => (typeof route.query['last'] === 'string' ? route.query['last'] : today.value))
  const days = computed(() => daysOf(span.value, last.value))

  const detail = shallowRef<StockDetail | null>(null)
  const points = shallowRef<SeriesPoint[] | null>(null)
  const error = shallowRef<unknown>(null)
  const seriesError = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    const wanted = code.value
    try {
      const found = await logistics.stock(wanted)
      if (wanted !== code.value) return
      detail.value = found
      error.value = null
    } catch (caught) {
      if (wanted === code.value) error.value = caught
    }
  }

  async function loadSeries(): Promise<void> {
    const wanted = days.value
    try {
      const found = await logistics.series(code.value, wanted.first, wanted.last)
      if (wanted !== days.value) return
      points.value = found
      seriesError.value = null
    } catch (caught) {
      if (wanted === days.value) seriesError.value = caught
    }
  }

  const show = (chosen: Span, until: string): void =>
    void router.replace({ query: { span: chosen, ...(until < today.value && { last: until }) } })

  onMounted(() => Promise.all([load(), loadSeries()]))
  watch(code, () => {
    detail.value = null
    void load()
  })
  watch([code, days], () => {
    points.value = null
    void loadSeries()
  })
  usePolling(
    async () => {
      today.value = formatIsoDay(Date.now())
      await Promise.all([load(), ...(last.value === today.value ? [loadSeries()] : [])])
    },
    () => REFRESH_MS,
  )

  return {
    ...{ code, detail, error, points, seriesError, span, days, load, loadSeries },
    isToday: computed(() => last.value >= today.value),
    chooseSpan: (chosen: Span): void => show(chosen, last.value),
    step: (by: -1 | 1): void => show(span.value, stepSpan(span.value, last.value, by, today.value)),
  }
}
