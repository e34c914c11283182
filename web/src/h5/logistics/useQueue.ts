import { computed, onMounted, shallowRef } from 'vue'
import type { Lanes, QueuePosition } from '@/shared/api/logisticsTypes'
import { usePolling } from '@/shared/composables/polling'
import { parse } from '@/shared/time'
import { logistics } from '../http'
import { useNow } from './now'

const SECOND_MS = 1000
const RETRY_MS = 5 * SECOND_MS
/** LE was not read for so long: what is shown may be wrong. */
const OLD_MS = 60 * SECOND_MS

/** The lanes and the own places, read again as often as the server wishes while the page is visible. */
export function useQueue() {
  const now = useNow()
  const lanes = shallowRef<Lanes | null>(null)
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    try {
      lanes.value = await logistics.lanes()
      error.value = null
    } catch (caught) {
      error.value = caught
    }
  }

  const polling = usePolling(load, () => (lanes.value ? lanes.value.poll_seconds * SECOND_MS : RETRY_MS))
  onMounted(async () => {
    await load()
    polling.restart()
  })
  const asOf = computed(() => (lanes.value?.as_of ? parse(lanes.value.as_of) : null))
  /** Whoever is called must drive now: those stand first. */
  const mine = computed(() => [...(lanes.value?.mine ?? [])].sort((one, other) => rank(one) - rank(other)))
  return {
    lanes,
    mine,
    error,
    load,
    asOf,
    isOld: computed(() => asOf.value !== null && now.value - asOf.value > OLD_MS),
  }
}

const RANK: Record<QueuePosition['state'], number> = { called: 0, waiting: 1, loading: 2 }
const rank = ({ state, position }: QueuePosition): number => RANK[state] * 1000 + position
