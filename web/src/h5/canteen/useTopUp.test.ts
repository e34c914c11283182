import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'
import { ApiError, NetworkError } from '@/shared/api/errors'
import type { Ordered, PaySheet, TopUp, TopUps } from '@/shared/api/canteenTypes'
import { confirmed } from '../composables/ask'
import { canteen } from '../http'
import { NotInWeChat, openPaySheet } from '../wechat/payBridge'
import { account, NOW, paid, topUp } from './samples'
import { useTopUp } from './useTopUp'

vi.mock('../wechat/payBridge', () => ({
  openPaySheet: vi.fn(),
  preparePaySheet: vi.fn(),
  NotInWeChat: class extends Error {},
}))
vi.mock('../composables/ask', () => ({ confirmed: vi.fn(() => Promise.resolve(true)), tell: vi.fn() }))

const SHEET = { package: 'prepay_id=1' } as PaySheet
const ordered = (one: TopUp, pay_sheet: PaySheet | null = SHEET): Ordered => ({ top_up: one, pay_sheet })
const page = (items: TopUp[] = []): TopUps => ({
  ...{ items, next_cursor: null, minimum_fen: 1_000, maximum_fen: 50_000, left_today_fen: 100_000 },
})
const went = vi.fn()
let unmount = (): void => undefined

async function opened() {
  let made: ReturnType<typeof useTopUp> | undefined
  const goTo = async (one: TopUp): Promise<void> => void went(one.id)
  const app = createApp({ setup: () => ((made = useTopUp('u', goTo)), () => h('i')) })
  app.mount(document.createElement('div'))
  unmount = () => app.unmount()
  await vi.waitFor(() => expect(made?.loading.isBusy.value).toBe(false))
  if (!made) throw new Error('not set up')
  return made
}

async function paying(amount = '100') {
  const form = await opened()
  form.amount.value = amount
  await form.submit()
  return form
}

describe('a top-up', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    vi.spyOn(canteen, 'account').mockResolvedValue(account())
    vi.spyOn(canteen, 'openTopUps').mockResolvedValue(page())
    vi.spyOn(canteen, 'order').mockResolvedValue(ordered(topUp('T1')))
    vi.spyOn(canteen, 'paySheet').mockResolvedValue(ordered(topUp('T1')))
    vi.spyOn(canteen, 'check').mockImplementation((id) => Promise.resolve(topUp(id)))
  })
  afterEach(() => {
    unmount()
    went.mockClear()
    vi.mocked(openPaySheet).mockReset()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('leads to the page that follows it when WeChat says ok, without believing it', async () => {
    vi.mocked(openPaySheet).mockResolvedValue('ok')
    const form = await paying()
    expect(canteen.order).toHaveBeenCalledExactlyOnceWith(10_000, expect.any(String))
    expect(openPaySheet).toHaveBeenCalledExactlyOnceWith(SHEET)
    expect(went).toHaveBeenCalledExactlyOnceWith('T1')
    expect(form.waiting.value.map(({ status }) => status)).toEqual(['created'])
  })

  it('stays when it was given up; the order is kept, and paid instead of a second one of the same amount', async () => {
    vi.mocked(openPaySheet).mockResolvedValueOnce('cancel').mockResolvedValueOnce('ok')
    const form = await paying()
    expect(went).not.toHaveBeenCalled()
    expect(form.payment.problem.value?.title).toBe('还没有支付')
    expect(form.waiting.value.map(({ id }) => id)).toEqual(['T1'])
    await form.submit()
    expect(canteen.order).toHaveBeenCalledOnce()
    expect(canteen.paySheet).toHaveBeenCalledExactlyOnceWith('T1')
    expect(went).toHaveBeenCalledExactlyOnceWith('T1')
  })

  it('can be cancelled; one that was paid in that moment is followed', async () => {
    vi.mocked(openPaySheet).mockResolvedValue('cancel')
    const cancel = vi.spyOn(canteen, 'cancel').mockResolvedValue(topUp('T1', { status: 'closed', can_pay: false }))
    const form = await paying()
    await form.payment.cancel(topUp('T1'))
    expect(form.waiting.value).toEqual([])
    cancel.mockResolvedValue(paid('T1'))
    await form.payment.cancel(topUp('T1'))
    expect(went).toHaveBeenCalledExactlyOnceWith('T1')
    vi.mocked(confirmed).mockResolvedValueOnce(false)
    await form.payment.cancel(topUp('T1'))
    expect(cancel).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['fail', '微信没有完成支付，未扣款'],
    [new NotInWeChat(), '这里不能支付'],
  ])('says so when the sheet ends with %s', async (outcome, title) => {
    if (typeof outcome === 'string') vi.mocked(openPaySheet).mockResolvedValue(outcome as 'fail')
    else vi.mocked(openPaySheet).mockRejectedValue(outcome)
    const form = await paying()
    expect(form.payment.problem.value?.title).toBe(title)
    expect(form.waiting.value).toHaveLength(1)
    expect(went).not.toHaveBeenCalled()
  })

  it('says so when WeChat Pay gave no sheet, and asks for one again', async () => {
    vi.mocked(canteen.order).mockResolvedValue(ordered(topUp('T1'), null))
    vi.mocked(openPaySheet).mockResolvedValue('ok')
    const form = await paying()
    expect(form.payment.problem.value?.title).toContain('没有响应')
    expect(openPaySheet).not.toHaveBeenCalled()
    await form.payment.pay(topUp('T1'))
    expect(openPaySheet).toHaveBeenCalledOnce()
  })

  it('is one order for two taps, a lost answer and a killed page, and another one afterwards', async () => {
    vi.mocked(openPaySheet).mockResolvedValue('ok')
    const order = vi.mocked(canteen.order).mockRejectedValueOnce(new NetworkError(true))
    const form = await opened()
    form.amount.value = '100'
    await Promise.all([form.submit(), form.submit()])
    expect(form.payment.problem.value?.title).toContain('没有等到结果')
    unmount()
    await paying()
    const [first, second] = order.mock.calls.map(([, requestId]) => requestId)
    expect([order.mock.calls.length, second]).toEqual([2, first])
    unmount()
    await paying()
    expect(order.mock.calls[2]?.[1]).not.toBe(first)
  })

  it('with another amount is another order', async () => {
    const order = vi.mocked(canteen.order).mockRejectedValue(new NetworkError(false))
    const form = await paying('100')
    form.amount.value = '50'
    await form.submit()
    expect(new Set(order.mock.calls.map(([, requestId]) => requestId)).size).toBe(2)
  })

  it('outside the limits is not sent', async () => {
    const form = await paying('9.99')
    expect(form.problem.value).toBe('最少 10 元')
    expect(canteen.order).not.toHaveBeenCalled()
  })

  it('whose page was killed while the sheet was open is found and asked about', async () => {
    vi.mocked(canteen.openTopUps).mockResolvedValue(page([topUp('T1'), topUp('T2'), topUp('T3')]))
    const paidOnes: Record<string, TopUp> = { T1: paid('T1') }
    vi.mocked(canteen.check).mockImplementation((id) =>
      id === 'T3' ? Promise.reject(new NetworkError(false)) : Promise.resolve(paidOnes[id] ?? topUp(id)),
    )
    const form = await opened()
    expect(form.onTheWay.value.map(({ id }) => id)).toEqual(['T1'])
    expect(form.waiting.value.map(({ id }) => id)).toEqual(['T2', 'T3'])
  })

  it('whose sheet never answers is asked about when the page is shown again', async () => {
    vi.mocked(openPaySheet).mockReturnValue(new Promise(() => undefined))
    vi.mocked(canteen.check).mockResolvedValue(paid('T1'))
    const form = await opened()
    form.amount.value = '100'
    void form.submit()
    await vi.waitFor(() => expect(openPaySheet).toHaveBeenCalled())
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(went).toHaveBeenCalledExactlyOnceWith('T1'))
  })

  it('that was paid from another phone is followed, one that was closed there is said', async () => {
    const refused = (code: string) => new ApiError(409, code, '该充值单已支付，无需再次支付。')
    vi.mocked(canteen.paySheet).mockRejectedValue(refused('top_up_paid_already'))
    vi.mocked(canteen.check).mockResolvedValue(paid('T1'))
    const form = await opened()
    await form.payment.pay(topUp('T1'))
    expect(went).toHaveBeenCalledExactlyOnceWith('T1')
    vi.mocked(canteen.check).mockResolvedValue(topUp('T1', { status: 'closed', can_pay: false }))
    await form.payment.pay(topUp('T1'))
    expect(form.payment.problem.value?.title).toContain('该充值单')
    expect(openPaySheet).not.toHaveBeenCalled()
  })
})
