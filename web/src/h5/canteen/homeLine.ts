import { computed, shallowRef } from 'vue'
import type { Account, TopUp } from '@/shared/api/canteenTypes'
import { money } from '@/shared/money'
import { formatMoment, parse } from '@/shared/time'
import { useSession } from '../composables/session'
import { canteen } from '../http'
import { isToBeCredited, underWay } from './follow'

/** `余额 ¥86.50`; with its time when the canteen does not answer now. */
export function balanceLine({ bound, balance_fen, is_live, as_of }: Account, now: number): string {
  if (!bound) return '未绑定，点此绑定手机号'
  if (balance_fen === null || balance_fen === undefined) return '余额暂时查不到'
  const old = !is_live && as_of ? `（${formatMoment(parse(as_of), now)}）` : ''
  return `余额 ${money(balance_fen)}${old}`
}

/** The live line of the canteen entrance, and a payment that waits. It fails alone, like the others. */
export function useCanteenLine() {
  const session = useSession()
  const account = shallowRef<Account | null>(null)
  const topUps = shallowRef<TopUp[]>([])
  const isKnown = shallowRef(false)
  const moving = computed(() => topUps.value.find(isToBeCredited))
  const toPay = computed(() => topUps.value.find(({ can_pay }) => can_pay) ?? null)

  const line = computed(() => {
    if (session.state.value === 'signed_out') return '登录后查看余额、充值'
    if (moving.value) return `充值 ${money(moving.value.amount_fen)} · ${moving.value.status_text}`
    if (account.value) return balanceLine(account.value, Date.now())
    return isKnown.value ? '余额、充值与账单' : '正在查询…'
  })

  async function load(): Promise<void> {
    account.value = await canteen.account().catch(() => null)
    isKnown.value = true
    if (!account.value?.bound) return
    topUps.value = await canteen.openTopUps().then(
      ({ items }) => underWay(items),
      () => [],
    )
  }
  return { line, toPay, load }
}
