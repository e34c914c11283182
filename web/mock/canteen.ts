import type {
  Account,
  BindRequest,
  CanteenRecord,
  Card,
  RecordKind,
  TopUp,
  TopUpStatus,
} from '../src/shared/api/canteenTypes'
import { type Exchange, Problem, type Reply } from './routes.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const iso = (ms: number): string => new Date(ms).toISOString()
const ACCOUNT_NO = 'A100238'
/** `MOCK_CANTEEN=down` shows what the pages say while the canteen does not answer. */
const isDown = process.env['MOCK_CANTEEN'] === 'down'
const CONTACT = '食堂卡务 0594-8300120'

let boundAt: number | null = Date.now() - 40 * DAY
let counter = 0

const SAID: Record<Card['state'], string> = {
  normal: '可正常消费。',
  reporting: '挂失处理中：已登记，正在通知食堂系统。若食堂系统暂时不通，恢复后立即生效。',
  lost: `已挂失，不能消费。补卡请联系${CONTACT}。`,
  finding: '解挂处理中：正在通知食堂系统。',
  cancelled: '已注销。',
  refused: `食堂未受理：卡号不存在。请联系${CONTACT}。`,
}

function card(card_no: string, state: Card['state'], can_report_found = true): Card {
  return {
    ...{ card_no, card_no_masked: `****${card_no.slice(-4)}`, state, message: SAID[state] },
    ...{ can_report_loss: state === 'normal', can_report_found: state === 'lost' && can_report_found },
    changed_at: state === 'normal' ? null : iso(Date.now() - 3 * DAY),
  }
}

const CARDS: Card[] = [card('10023841', 'normal'), card('10019907', 'lost', false)]

/** Whoever is only a visitor has nothing bound; everybody else is the same diner. */
const isBound = ({ person }: Exchange): boolean => boundAt !== null && person !== 'lin'

function account(exchange: Exchange): Account {
  if (!isBound(exchange)) {
    return {
      bound: null,
      suggested_phone: '13800001111',
      contact: CONTACT,
      purses: [],
      cards: [],
    } as unknown as Account
  }
  return {
    bound: {
      ...{ account_no: ACCOUNT_NO, staff_no: '100238', name_masked: '黄*强', phone_masked: '139****0003' },
      bound_at: iso(boundAt ?? 0),
    },
    suggested_phone: null,
    balance_fen: 23_650,
    purses: [
      { purse: 'cash', balance_fen: 15_650 },
      { purse: 'subsidy', balance_fen: 8_000 },
    ],
    as_of: iso(Date.now() - (isDown ? 2 * HOUR : 0)),
    is_live: !isDown,
    account_status: 'normal',
    cards: CARDS,
    contact: CONTACT,
  }
}

const ADVICE: Partial<Record<TopUpStatus, string>> = {
  created: '请在 15 分钟内支付；已付款请稍候，结果会自动更新。',
  paid: '微信已收到付款，正在通知食堂，通常几秒内到账，请勿重复支付。',
  crediting: `食堂正在入账，请勿重复支付。超过 30 分钟未到账请联系${CONTACT}。`,
  rejected: '款项将原路退回微信，无需操作。',
  refunding: '款项将原路退回：零钱一般几分钟，银行卡 1–3 个工作日。',
  closed: '如已付款，系统会自动查到并入账，无需再付。',
}
const WORDS: Record<TopUpStatus, string> = {
  created: '待支付',
  paid: '已支付，待入账',
  crediting: '充值处理中',
  credited: '充值成功',
  rejected: '未能入账，准备退款',
  refunding: '退款中',
  refunded: '已退款',
  closed: '未支付，已关闭',
}
const EVENTS: Partial<Record<TopUpStatus, string>> = {
  created: '提交充值',
  paid: '微信支付成功',
  crediting: '已通知食堂，等待入账',
  credited: '食堂已入账',
  rejected: '食堂未能入账',
  refunding: '微信支付已受理退款',
  refunded: '退款已到账',
  closed: '未支付，订单关闭',
}
const WAY: Record<TopUpStatus, TopUpStatus[]> = {
  created: [],
  paid: ['paid'],
  crediting: ['paid', 'crediting'],
  credited: ['paid', 'crediting', 'credited'],
  rejected: ['paid', 'crediting', 'rejected'],
  refunding: ['paid', 'crediting', 'rejected', 'refunding'],
  refunded: ['paid', 'crediting', 'rejected', 'refunding', 'refunded'],
  closed: ['closed'],
}

function topUp(amount_fen: number, ago: number): TopUp {
  const at = Date.now() - ago
  return {
    id: `01MOCKTOPUP${String(++counter).padStart(15, '0')}`,
    ...{
      transaction_id: null,
      amount_fen,
      status: 'created',
      status_text: WORDS.created,
      advice: ADVICE.created ?? '',
    },
    ...{ account_no: ACCOUNT_NO, name_masked: '黄*强', created_at: iso(at), expires_at: iso(at + 15 * MINUTE) },
    ...{ can_pay: true, paid_at: null, credited_at: null, balance_after_fen: null, refund: null },
    ...{ is_on_the_way: false, events: [{ name: 'created', text: '提交充值', at: iso(at) }] },
  }
}

function move(one: TopUp, status: TopUpStatus, at = Date.now()): TopUp {
  const refund = ['rejected', 'refunding', 'refunded'].includes(status)
    ? {
        ...{ reason: '食堂未能入账：账户已冻结', asked_at: iso(at), number: `R${one.id}` },
        settled_at: status === 'refunded' ? iso(at) : null,
      }
    : null
  const isPaid = status !== 'created' && status !== 'closed'
  return Object.assign(one, {
    ...{ status, status_text: WORDS[status], advice: ADVICE[status] ?? '', can_pay: false, refund },
    ...{ transaction_id: isPaid ? '4200001234202611250012345678' : null, paid_at: isPaid ? iso(at) : null },
    ...{ credited_at: status === 'credited' ? iso(at) : null },
    ...{ balance_after_fen: status === 'credited' ? 23_650 + one.amount_fen : null },
    is_on_the_way: ['paid', 'crediting', 'rejected', 'refunding'].includes(status),
    events: [...one.events, { name: status, text: EVENTS[status] ?? '', at: iso(at) }],
  })
}

function made(amount: number, ago: number, end: TopUpStatus): TopUp {
  const one = topUp(amount, ago)
  for (const [step, status] of WAY[end].entries()) move(one, status, Date.now() - ago + (step + 1) * 8_000)
  return one
}

const TOP_UPS: TopUp[] = [
  made(10_000, 4 * MINUTE, 'crediting'),
  made(5_000, 2 * DAY, 'credited'),
  made(20_000, 9 * DAY, 'refunded'),
  made(30_000, 12 * DAY, 'refunding'),
  made(10_000, 15 * DAY, 'closed'),
  ...Array.from({ length: 24 }, (_unused, at) => made(10_000, (20 + at * 6) * DAY, 'credited')),
]
const requests = new Map<string, TopUp>()
const sheetOf = ({ id }: TopUp) => ({
  ...{ appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: `prepay_id=${id}`, signType: 'RSA', paySign: 's' },
})

function order({ body }: Exchange): Reply {
  const { request_id, amount_fen } = body as { request_id: string; amount_fen: number }
  const known = requests.get(request_id)
  const one = known ?? topUp(amount_fen, 0)
  if (!known) TOP_UPS.unshift(one)
  requests.set(request_id, one)
  return { status: 201, json: { top_up: one, pay_sheet: sheetOf(one) } }
}

/** Asked about, an order is found paid, and goes on by itself. */
function check(one: TopUp): Reply {
  if (one.status === 'created' && process.env['MOCK_PAID'] === 'yes') {
    move(one, 'paid')
    setTimeout(() => move(one, 'crediting'), 4_000)
    setTimeout(() => move(one, 'credited'), 12_000)
  }
  return { json: one }
}

const find = (id: string | undefined): TopUp => {
  const one = TOP_UPS.find((known) => known.id === id)
  if (!one) throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
  return one
}

function listed({ query }: Exchange): Reply {
  const all = query.get('open') ? TOP_UPS.filter(({ can_pay, is_on_the_way }) => can_pay || is_on_the_way) : TOP_UPS
  const from = Number(query.get('cursor') ?? 0)
  const next_cursor = from + 20 < all.length ? String(from + 20) : null
  const limits = { minimum_fen: 1_000, maximum_fen: 50_000, left_today_fen: 90_000 }
  return { json: { items: all.slice(from, from + 20), next_cursor, ...limits } }
}

const MEALS = ['breakfast', 'lunch', 'dinner'] as const
const PRICES = [450, 1_480, 1_250]

function records({ query }: Exchange): Reply {
  const month = query.get('month') ?? ''
  const kind = query.get('kind') ?? 'all'
  const first = Date.parse(`${month}-01T00:00:00+08:00`)
  const last = Math.min(first + 30 * DAY, Date.now())
  const all: CanteenRecord[] = []
  let balance = 23_650
  for (let day = last - (last % DAY); day >= first; day -= DAY) {
    for (const at of [2, 1, 0]) add(day + (at * 5 + 0) * HOUR, 'consume', -(PRICES[at] ?? 0), at)
    if (Math.floor(day / DAY) % 7 === 0) add(day + 2 * HOUR, 'recharge', 10_000, 0)
    if (Math.floor(day / DAY) % 11 === 0) add(day + HOUR, 'subsidy', 30_000, 0)
  }

  function add(at: number, name: RecordKind, amount_fen: number, meal: number): void {
    if (at > Date.now() || at < first) return
    const is_late = name === 'consume' && Math.floor(at / HOUR) % 17 === 0
    all.push({
      ...{ key: `${at}-${name}`, occurred_at: iso(at), posted_at: iso(at + (is_late ? DAY : 3_000)), is_late },
      ...{
        kind: name,
        amount_fen,
        balance_after_fen: balance,
        merchant: meal === 1 ? '第一食堂 2 号档口' : '第一食堂',
      },
      meal: name === 'consume' ? (MEALS[meal] ?? null) : null,
      top_up_id: name === 'recharge' ? (TOP_UPS[1]?.id ?? null) : null,
    })
    balance -= amount_fen
  }

  const shown = all.filter((one) => kind === 'all' || (kind === 'consume') === (one.kind === 'consume'))
  const from = Number(query.get('cursor') ?? 0)
  const sum = (name: RecordKind): number =>
    all.filter((one) => one.kind === name).reduce((total, one) => total + Math.abs(one.amount_fen), 0)
  return {
    json: {
      items: shown.slice(from, from + 30),
      next_cursor: from + 30 < shown.length ? String(from + 30) : null,
      sums:
        from === 0
          ? {
              ...{ spent_fen: sum('consume'), topped_up_fen: sum('recharge'), subsidy_fen: sum('subsidy') },
              count: all.length,
            }
          : null,
      synced_at: iso(Date.now() - MINUTE),
    },
  }
}

function askCode({ body }: Exchange): Reply {
  const { phone } = body as { phone: string }
  if (phone.endsWith('0000'))
    throw new Problem(429, 'code_too_soon', '验证码刚刚发过，请使用已收到的验证码；42 秒后可以重新获取。')
  return {
    json: {
      ...{ phone_masked: `${phone.slice(0, 3)}****${phone.slice(-4)}`, valid_minutes: 5, ask_again_seconds: 60 },
      message: `如果这个号码是食堂登记的手机号，验证码会在一分钟内送达。没有收到时，请核对号码，或联系${CONTACT}。`,
    },
  }
}

/** 111111: several accounts; 000000: wrong. */
function bind(exchange: Exchange): Reply {
  const { code, staff_no } = exchange.body as BindRequest
  if (code === '000000') throw new Problem(409, 'code_wrong', '验证码不对，请核对短信后再输入，还可以试 4 次。')
  if (code === '111111' && !staff_no)
    throw new Problem(409, 'staff_no_needed', '这个手机号登记了多个餐卡账户，请再填写工号。')
  boundAt = Date.now()
  return { json: account({ ...exchange, person: 'huang' }).bound }
}

function tell(exchange: Exchange, during: Card['state'], after: Card['state']): Reply {
  const found = CARDS.find(({ card_no }) => card_no === exchange.match[1])
  if (!found) throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
  Object.assign(found, { ...card(found.card_no, during), changed_at: iso(Date.now()) })
  if (!isDown) setTimeout(() => Object.assign(found, card(found.card_no, after)), 6_000)
  return { json: account(exchange) }
}

const at = (path: string): RegExp => new RegExp(`^/api/canteen${path}$`)

export const CANTEEN_ROUTES: [string, RegExp, (exchange: Exchange) => Reply][] = [
  ['GET', at('/account'), (exchange) => ({ json: account(exchange) })],
  ['POST', at('/binding/code'), askCode],
  ['POST', at('/binding'), bind],
  [
    'POST',
    at('/binding/end'),
    () => {
      boundAt = null
      return { json: { ended: true } }
    },
  ],
  ['POST', at('/cards/([^/]+)/loss'), (exchange) => tell(exchange, 'reporting', 'lost')],
  ['POST', at('/cards/([^/]+)/found'), (exchange) => tell(exchange, 'finding', 'normal')],
  ['GET', at('/records'), records],
  ['GET', at('/topups'), listed],
  ['POST', at('/topups'), order],
  ['GET', at('/topups/([^/]+)'), ({ match }) => ({ json: find(match[1]) })],
  [
    'POST',
    at('/topups/([^/]+)/pay'),
    ({ match }) => ({ json: { top_up: find(match[1]), pay_sheet: sheetOf(find(match[1])) } }),
  ],
  ['POST', at('/topups/([^/]+)/check'), ({ match }) => check(find(match[1]))],
  ['POST', at('/topups/([^/]+)/cancel'), ({ match }) => ({ json: move(find(match[1]), 'closed') })],
]
