import type {
  BoundUser,
  CanteenSync,
  Difference,
  Meal,
  OfficeRecord,
  OfficeTopUp,
  Reconciliation,
  RowKind,
  TopUpStatus,
} from '../src/shared/api/canteenOfficeTypes'
import { TOP_UPS } from '../src/shared/canteen.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
export const iso = (fromNow = 0): string => new Date(Date.now() + fromNow).toISOString()
export const dayOf = (moment: string): string => new Date(Date.parse(moment) + 8 * HOUR).toISOString().slice(0, 10)

const PEOPLE = [
  { name_masked: '*建国', staff_no: '100238', account_no: '20010238', nickname: '陈建国' },
  { name_masked: '*晓雨', staff_no: '100517', account_no: '20010517', nickname: '晓雨' },
  { name_masked: '**明', staff_no: '100764', account_no: '20010764', nickname: '谢志明' },
  { name_masked: '*德发', staff_no: '100901', account_no: '20010901', nickname: '老张' },
] as const
const personAt = (at: number) => PEOPLE[at % PEOPLE.length] ?? PEOPLE[0]

/* ---- records ---- */
const SERVED: readonly { meal: Meal; hour: number; merchant: string }[] = [
  { meal: 'breakfast', hour: 7.2, merchant: '一食堂 早点窗口' },
  { meal: 'lunch', hour: 11.8, merchant: '一食堂 3 号窗口' },
  { meal: 'dinner', hour: 17.9, merchant: '二食堂 面食窗口' },
  { meal: 'night', hour: 22.6, merchant: '夜班餐车' },
]

function recordAt(at: number): OfficeRecord {
  const who = personAt(at)
  const served = SERVED[at % SERVED.length] ?? { meal: 'lunch' as const, hour: 12, merchant: '一食堂' }
  const today = Date.parse(`${dayOf(iso())}T00:00:00+08:00`)
  const occurred = today - Math.floor(at / 11) * DAY + served.hour * HOUR - 24 * HOUR + at * 37_000
  const kind: RowKind = at % 17 === 5 ? 'recharge' : at % 29 === 7 ? 'subsidy' : at % 43 === 9 ? 'refund' : 'consume'
  const isLate = at % 23 === 3
  const amount = kind === 'consume' ? -(600 + ((at * 137) % 1900)) : kind === 'recharge' ? 10_000 : 1500
  return {
    ...{ id: `${who.account_no}-C${900_000 - at}`, key: `C${900_000 - at}`, kind, amount_fen: amount },
    occurred_at: new Date(occurred).toISOString(),
    posted_at: new Date(occurred + (isLate ? 26 * HOUR : 2_000)).toISOString(),
    is_late: isLate,
    balance_after_fen: 4000 + ((at * 971) % 60_000),
    merchant: kind === 'consume' ? served.merchant : kind === 'recharge' ? '公众号充值' : '后勤',
    meal: kind === 'consume' ? served.meal : null,
    top_up_id: kind === 'recharge' ? '01KAPYQ7Z7X5M2V9T4R8W6B3NC' : null,
    ...{
      account_no: who.account_no,
      staff_no: who.staff_no,
      name_masked: who.name_masked,
      terminal: `POS-0${(at % 6) + 1}`,
    },
  }
}
export const RECORDS: OfficeRecord[] = Array.from({ length: 140 }, (_unused, at) => recordAt(at)).sort((a, b) =>
  b.occurred_at.localeCompare(a.occurred_at),
)

/* ---- top-ups ---- */
const STATES: TopUpStatus[] = [
  ...(['paid', 'crediting', 'credited', 'crediting', 'created', 'refunding'] as const),
  ...(['refunded', 'closed', 'rejected', 'credited', 'credited', 'credited'] as const),
]

function topUpAt(at: number): OfficeTopUp {
  const who = personAt(at)
  const status = STATES[at % STATES.length] ?? 'credited'
  const created = -at * 5.3 * HOUR - 20 * MINUTE
  const isPaid = !['created', 'closed'].includes(status)
  const isBack = ['rejected', 'refunding', 'refunded'].includes(status)
  const id = `01KAPYQ7Z7X5M2V9T4R8W6B${String(at).padStart(3, '0')}`
  const event = (name: string, text: string, after: number) => ({ name, text, at: iso(created + after) })
  const events = [
    event('created', '提交充值', 0),
    ...(isPaid ? [event('paid', '微信支付成功', 40_000), event('crediting', '已通知食堂，等待入账', 42_000)] : []),
    ...(status === 'credited' ? [event('credited', '食堂已入账', 46_000)] : []),
    ...(isBack ? [event('rejected', '食堂未能入账', 60_000)] : []),
    ...(status === 'closed' ? [event('closed', '未支付，订单关闭', 15 * MINUTE)] : []),
  ]
  return {
    ...{
      id,
      status,
      status_text: TOP_UPS[status].word,
      advice: '',
      amount_fen: [5000, 10_000, 20_000, 30_000][at % 4] ?? 0,
    },
    ...{ account_no: who.account_no, name_masked: who.name_masked, staff_no: who.staff_no },
    ...{ user_id: `u-c${at % PEOPLE.length}`, user_name: who.nickname },
    transaction_id: isPaid ? `42000029382026112${String(50_000_000_000 + at)}` : null,
    created_at: iso(created),
    expires_at: iso(created + 15 * MINUTE),
    can_pay: status === 'created',
    paid_at: isPaid ? iso(created + 40_000) : null,
    credited_at: status === 'credited' ? iso(created + 46_000) : null,
    balance_after_fen: status === 'credited' ? 15_640 : null,
    refund: isBack
      ? {
          reason: '食堂未能入账：餐卡账户已销户',
          asked_at: iso(created + 61_000),
          settled_at: status === 'refunded' ? iso(created + HOUR) : null,
          number: `R${id}`,
        }
      : null,
    refund_number: isBack ? `R${id}` : null,
    is_on_the_way: ['paid', 'crediting', 'rejected', 'refunding'].includes(status),
    problem: at === 5 ? 'pay_balance_insufficient' : null,
    problem_text: at === 5 ? '商户号余额不足，请财务给商户号充值后重试退款。' : null,
    wish:
      at === 3
        ? { by: 'u-guo', by_name: '郭丽华', is_mine: false, reason: '食堂长时间未入账', at: iso(created + HOUR) }
        : null,
    can_refund: ['paid', 'crediting'].includes(status) && at !== 3,
    can_push: ['paid', 'crediting', 'rejected', 'refunding'].includes(status),
    events,
    time_line: [
      ...events.map((one) => ({ ...one, by: null, note: '' })),
      ...(at === 3
        ? [
            {
              ...{ name: 'refund_asked', text: '申请退款，等待另一位管理员确认', at: iso(created + HOUR) },
              ...{ by: '郭丽华', note: '食堂长时间未入账' },
            },
          ]
        : []),
    ],
  }
}
export const TOP_UP_ROWS: OfficeTopUp[] = Array.from({ length: 46 }, (_unused, at) => topUpAt(at))

/* ---- users ---- */
export const BOUND: (BoundUser & { phone: string })[] = PEOPLE.map((who, at) => ({
  ...{
    id: `u-c${at}`,
    user_id: `u-c${at}`,
    nickname: who.nickname,
    account_no: who.account_no,
    staff_no: who.staff_no,
  },
  ...{ name_masked: who.name_masked, phone_masked: `138****220${at}`, phone: `1385012220${at}`, version: 1 },
  status: at === 3 ? 'ended' : 'bound',
  bound_at: iso(-(30 + at) * DAY),
  ended_at: at === 3 ? iso(-2 * DAY) : null,
  how_ended: at === 3 ? 'moved' : null,
  end_reason: '',
}))

/* ---- synchronisation ---- */
export const SYNC: CanteenSync = {
  ...{ rows_synced_at: iso(-50_000), rows_behind: 1240, is_caught_up: false, last_success_at: iso(-50_000) },
  last_run: {
    ...{
      started_at: iso(-55_000),
      ended_at: iso(-50_000),
      rows: 5000,
      state: 'done',
      error_code: null,
      error_text: null,
    },
  },
  ...{ credits_pending: 2, credits_failed: 0, losses_pending: 0, losses_failed: 0 },
  ...{ refunds_pending: 1, refunds_failed: 1, counted_up_to: 100, balance_live: true },
}

/* ---- reconciliation ---- */
export const DAYS: Reconciliation[] = Array.from({ length: 24 }, (_unused, at) => {
  const day = dayOf(iso(-(at + 1) * DAY))
  const [count, fen] = [12 + ((at * 7) % 9), 120_000 + ((at * 13_700) % 90_000)]
  const isOff = at === 2 || at === 9
  return {
    ...{ id: day, day, state: at === 0 ? 'waiting' : isOff ? 'different' : 'matched', open_differences: isOff ? 2 : 0 },
    ran_at: at === 0 ? null : iso(-at * DAY - 13 * HOUR),
    message: at === 0 ? '微信支付的账单还没有生成，系统会稍后再取。' : '',
    ...{ bill_count: at ? count : 0, bill_fen: at ? fen : 0, bill_refund_fen: at % 4 === 1 ? 5000 : 0 },
    ...{ ours_count: count, ours_fen: fen, ours_refund_fen: at % 4 === 1 ? 5000 : 0 },
    ...{ canteen_count: isOff ? count - 1 : count, canteen_fen: isOff ? fen - 5000 : fen },
  } as Reconciliation
})

const difference = (given: Partial<Difference> & Pick<Difference, 'id' | 'kind' | 'kind_text'>): Difference => ({
  ...{ day: DAYS[2]?.day ?? '', proposal: '', action: 'look', top_up_id: TOP_UP_ROWS[3]?.id ?? null, state: 'open' },
  ...{ transaction_id: '4200002938202611250000000003', account_no: '20010901', found_at: iso(-30 * HOUR) },
  ...{ bill_fen: 5000, ours_fen: 5000, canteen_fen: null, settled_at: null, settled_by: null, reason: null },
  ...given,
})
export const DIFFERENCES: Difference[] = [
  difference({
    ...{ id: 'D1', kind: 'not_credited', kind_text: '已付款，食堂没有入账', action: 'retry_credit' },
    proposal: '再次通知食堂入账；食堂确认未入账且无法入账时退款。',
  }),
  difference({
    ...{
      id: 'D2',
      kind: 'unpaid_here',
      kind_text: '微信已收款，本系统还是待支付',
      action: 'query_payment',
      ours_fen: null,
    },
    proposal: '向微信支付查询这笔订单，再次对账。',
  }),
  difference({
    ...{ id: 'D3', kind: 'paid_twice', kind_text: '同一充值单付款两次', action: 'refund', bill_fen: 10_000 },
    proposal: '核对后退回多付的一笔。',
  }),
  difference({
    ...{ id: 'D4', kind: 'unknown_order', kind_text: '账单里有、本系统没有的订单', ours_fen: null, top_up_id: null },
    ...{ proposal: '在微信商户平台查看这笔订单的来源。', account_no: null },
  }),
  difference({
    ...{ id: 'D5', kind: 'credited_twice', kind_text: '食堂重复入账', canteen_fen: 10_000, state: 'settled' },
    ...{ settled_at: iso(-3 * HOUR), settled_by: '郭丽华', reason: '已在食堂系统冲正' },
  }),
]
