import { computed, onBeforeUnmount, onMounted, shallowRef } from 'vue'
import { ApiError, errorWords, type ErrorWords } from '@/shared/api/errors'
import type { Ordered, TopUp } from '@/shared/api/canteenTypes'
import { useAction } from '@/shared/composables/action'
import { money } from '@/shared/money'
import { confirmed, tell } from '../composables/ask'
import { canteen } from '../http'
import { NotInWeChat, openPaySheet, type PayOutcome, preparePaySheet } from '../wechat/payBridge'

export interface PaymentEvents {
  /** The server said how an order stands. */
  changed: (topUp: TopUp) => void
  /** WeChat says that it was paid, or the server knows it: to the page that follows it. */
  paid: (topUp: TopUp) => Promise<void>
}

const WORDS: Record<Exclude<PayOutcome, 'ok'> | 'outside' | 'no_sheet', ErrorWords> = {
  cancel: { title: '还没有支付', next: '订单为您保留 15 分钟，可以继续支付或取消。' },
  fail: { title: '微信没有完成支付，未扣款', next: '请再点“去支付”；多次不行，请换一种支付方式或稍后再试。' },
  outside: { title: '这里不能支付', next: '请在微信里打开公众号「东南电化」的餐卡服务，再点“去支付”。' },
  no_sheet: { title: '微信支付暂时没有响应，未扣款', next: '请稍后点“去支付”。' },
}

/**
 * Paying one order and giving one up. WeChat's word alone is never believed: "paid" leads to the page that asks the server.
 * When the app was away while the sheet was open its answer may be lost, so coming back asks the server as well.
 */
export function usePayment(events: PaymentEvents) {
  const words = shallowRef<ErrorWords | null>(null)
  const paying = shallowRef<TopUp | null>(null)

  async function open({ top_up, pay_sheet }: Ordered): Promise<void> {
    events.changed(top_up)
    if (!top_up.can_pay) return events.paid(top_up)
    if (pay_sheet === null) return void (words.value = WORDS.no_sheet)
    paying.value = top_up
    try {
      const outcome = await openPaySheet(pay_sheet)
      if (outcome === 'ok') await events.paid(top_up)
      else words.value = WORDS[outcome]
    } catch (error) {
      if (!(error instanceof NotInWeChat)) throw error
      words.value = WORDS.outside
    } finally {
      paying.value = null
    }
  }

  /** `order` makes the order or asks for its sheet again. */
  const payment = useAction(async (order: () => Promise<Ordered>) => {
    words.value = null
    await open(await order())
  })

  /** Refused because it stands otherwise by now: whoever paid from another phone is led to it. */
  async function sheetOf(topUp: TopUp): Promise<Ordered> {
    try {
      return await canteen.paySheet(topUp.id)
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error
      const fresh = await canteen.check(topUp.id)
      events.changed(fresh)
      if (fresh.can_pay || fresh.status === 'closed') throw error
      return { top_up: fresh, pay_sheet: null }
    }
  }

  async function look(): Promise<void> {
    const before = paying.value
    if (document.hidden || before === null) return
    const fresh = await canteen.check(before.id).catch(() => null)
    if (fresh && fresh.status !== 'created') await events.paid(fresh)
  }

  const cancellation = useAction(async (topUp: TopUp) => {
    const agreed = await confirmed({
      title: `取消充值 ${money(topUp.amount_fen)}？`,
      message: '取消后这笔订单不能再支付，需要时请重新充值。',
      yes: '确定取消',
      no: '先不取消',
    })
    if (!agreed) return
    words.value = null
    const fresh = await canteen.cancel(topUp.id)
    events.changed(fresh)
    if (fresh.status === 'closed') tell('已取消')
    else await events.paid(fresh)
  })

  onMounted(() => {
    preparePaySheet()
    document.addEventListener('visibilitychange', look)
  })
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', look))

  const problem = computed<ErrorWords | null>(() => {
    const error = payment.error.value ?? cancellation.error.value
    return error ? errorWords(error) : words.value
  })
  return {
    problem,
    isPaying: payment.isBusy,
    isCancelling: cancellation.isBusy,
    order: payment.run,
    pay: (topUp: TopUp): Promise<void> => payment.run(() => sheetOf(topUp)),
    cancel: cancellation.run,
  }
}
