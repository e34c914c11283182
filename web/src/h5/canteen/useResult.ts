import { computed, onMounted, ref, shallowRef } from 'vue'
import { NetworkError } from '@/shared/api/errors'
import type { TopUp } from '@/shared/api/canteenTypes'
import { usePolling } from '@/shared/composables/polling'
import { canteen } from '../http'
import { useNow } from '../logistics/now'
import { isMoving, isOlder, isOverdue, pauseAfter } from './follow'
import { usePayment } from './usePayment'

/**
 * One top-up, followed until the money is on the card or back. While it is not paid the server is made to ask WeChat each
 * time: what this phone was told proves nothing, and the notification may be lost.
 */
export function useResult(id: string) {
  const now = useNow()
  const topUp = shallowRef<TopUp | null>(null)
  const error = shallowRef<unknown>(null)
  const looks = ref(0)
  const payment = usePayment({ changed: show, paid: lookAgain })

  function show(fresh: TopUp): void {
    if (isOlder(fresh, topUp.value)) return
    if (fresh.status !== topUp.value?.status) looks.value = 0
    topUp.value = fresh
  }

  /** What is shown stays while the network or WeChat Pay is away. */
  async function load(): Promise<void> {
    try {
      const known = topUp.value ?? (await canteen.topUp(id))
      show(known)
      const isUnpaid = known.status === 'created' || known.status === 'closed'
      show(isUnpaid ? await canteen.check(id) : await canteen.topUp(id))
      error.value = null
    } catch (caught) {
      error.value = caught
    }
    looks.value += 1
  }

  async function lookAgain(fresh: TopUp): Promise<void> {
    show(fresh)
    looks.value = 0
    await load()
    polling.restart()
  }

  const polling = usePolling(load, () => {
    const mayMove = topUp.value ? isMoving(topUp.value) : error.value instanceof NetworkError
    return mayMove ? pauseAfter(looks.value) : null
  })
  onMounted(async () => {
    await load()
    looks.value = 0
    polling.restart()
  })
  return {
    now,
    topUp,
    error,
    payment,
    load,
    isOverdue: computed(() => topUp.value !== null && isOverdue(topUp.value, now.value)),
  }
}
