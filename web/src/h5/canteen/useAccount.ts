import { computed, onMounted, ref, shallowRef } from 'vue'
import type { Account, CanteenRecord, TopUp } from '@/shared/api/canteenTypes'
import { usePolling } from '@/shared/composables/polling'
import { canteen } from '../http'
import { isMoving, pauseAfter, underWay } from './follow'
import { latestRecords } from './records'
import { usePayment } from './usePayment'

const RETRY_MS = 15_000
const CALM_MS = 60_000

/** The first page: balance, what is under way, the last records. The records are a help: without them it works all the same. */
export function useAccount(goTo: (topUp: TopUp) => Promise<void>) {
  const account = shallowRef<Account | null>(null)
  const topUps = shallowRef<TopUp[]>([])
  const records = shallowRef<CanteenRecord[] | null>(null)
  const error = shallowRef<unknown>(null)
  const isFirstLoad = ref(true)
  const payment = usePayment({ changed, paid: goTo })
  let looks = 0

  function changed(topUp: TopUp): void {
    topUps.value = topUps.value.map((one) => (one.id === topUp.id ? topUp : one)).filter(isMoving)
  }

  /** What is shown stays while the network is away. */
  async function load(): Promise<void> {
    try {
      const known = await canteen.account()
      account.value = known
      if (known.bound) await Promise.all([loadTopUps(), loadRecords()])
      error.value = null
    } catch (caught) {
      error.value = caught
    }
    looks += 1
    isFirstLoad.value = false
  }

  /** One that can still be paid may have been: nobody can know but WeChat. */
  async function loadTopUps(): Promise<void> {
    const found = underWay((await canteen.openTopUps()).items)
    const fresh = await Promise.all(
      found.map((one) => (one.can_pay ? canteen.check(one.id).catch(() => one) : Promise.resolve(one))),
    )
    topUps.value = fresh.filter(isMoving)
  }

  async function loadRecords(): Promise<void> {
    records.value = await latestRecords(Date.now()).catch(() => records.value)
  }

  const polling = usePolling(load, () => {
    if (error.value) return RETRY_MS
    if (!account.value?.bound) return null
    return topUps.value.some(({ is_on_the_way }) => is_on_the_way) ? pauseAfter(looks + 1) : CALM_MS
  })
  onMounted(async () => {
    await load()
    polling.restart()
  })
  const isUnbound = computed(() => account.value?.bound === null)
  return { account, topUps, records, error, isFirstLoad, payment, load, isUnbound }
}
