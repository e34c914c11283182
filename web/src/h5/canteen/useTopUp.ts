import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { Account, Ordered, TopUp } from '@/shared/api/canteenTypes'
import { useAction } from '@/shared/composables/action'
import { canteen } from '../http'
import { amountProblem, type Limits, payableFen } from './amount'
import { isMoving, isToBeCredited, underWay } from './follow'
import { fulfilled, intentionOf } from './intention'
import { usePayment } from './usePayment'

/** The top-up form: limits, the amount, and whatever is still to be paid from before. */
export function useTopUp(userId: string, goTo: (topUp: TopUp) => Promise<void>) {
  const account = shallowRef<Account | null>(null)
  const limits = shallowRef<Limits | null>(null)
  const open = shallowRef<TopUp[]>([])
  const amount = ref('')
  const payment = usePayment({ changed, paid: goTo })

  function changed(topUp: TopUp): void {
    const others = open.value.filter(({ id }) => id !== topUp.id)
    open.value = isMoving(topUp) ? [...others, topUp] : others
    void loadLimits()
  }

  async function loadLimits(): Promise<void> {
    const page = await canteen.openTopUps().catch(() => null)
    if (page) limits.value = page
  }

  const loading = useAction(async () => {
    const [known, page] = await Promise.all([canteen.account(), canteen.openTopUps()])
    account.value = known
    limits.value = page
    open.value = underWay(page.items)
    await recheck()
  })

  /** WeChat may have killed this page while the sheet was open: what can still be paid is asked about first. */
  async function recheck(): Promise<void> {
    const asked = open.value.filter(({ can_pay }) => can_pay)
    const fresh = await Promise.all(asked.map(({ id }) => canteen.check(id).catch(() => null)))
    const known = new Map(fresh.flatMap((one) => (one ? [[one.id, one] as const] : [])))
    open.value = open.value.map((one) => known.get(one.id) ?? one).filter(isMoving)
  }

  const waiting = computed(() => open.value.filter(({ can_pay }) => can_pay))
  const fen = computed(() => (limits.value ? payableFen(amount.value, limits.value) : null))

  async function order(amountFen: number): Promise<Ordered> {
    try {
      const ordered = await canteen.order(amountFen, intentionOf(userId, amountFen, Date.now()))
      fulfilled(userId)
      return ordered
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) fulfilled(userId)
      throw error
    }
  }

  onMounted(loading.run)
  return {
    account,
    limits,
    amount,
    fen,
    loading,
    payment,
    waiting,
    onTheWay: computed(() => open.value.filter(isToBeCredited)),
    problem: computed(() => (limits.value ? amountProblem(amount.value, limits.value) : null)),
    /** One of this amount that waits already is paid: nobody means two of them. */
    submit: async (): Promise<void> => {
      const amountFen = fen.value
      if (amountFen === null) return
      const same = waiting.value.find(({ amount_fen }) => amount_fen === amountFen)
      await (same ? payment.pay(same) : payment.order(() => order(amountFen)))
    },
  }
}
