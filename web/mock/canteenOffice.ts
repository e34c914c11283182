import type { CanteenExport, NewExport } from '../src/shared/api/canteenOfficeTypes'
import { BOUND, dayOf, DAYS, DIFFERENCES, iso, RECORDS, SYNC, TOP_UP_ROWS } from './canteenData.ts'
import { type Exchange, Problem, type Reply, type Route } from './routes.ts'

const PAGE = 20
const SLICE = 40

function missing(): never {
  throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
}

function paged<T>(rows: readonly T[], query: URLSearchParams, size = PAGE): { items: T[]; next_cursor: string | null } {
  const from = Number(query.get('cursor') ?? 0)
  const next = from + size < rows.length ? String(from + size) : null
  return { items: rows.slice(from, from + size), next_cursor: next }
}

const isIn = (query: URLSearchParams, moment: string): boolean =>
  dayOf(moment) >= (query.get('first') ?? '') && dayOf(moment) <= (query.get('last') ?? '~')
const is = (query: URLSearchParams, name: string, value: string | null): boolean => (query.get(name) ?? value) === value

const records = (query: URLSearchParams) =>
  RECORDS.filter(
    (row) =>
      isIn(query, row.occurred_at) &&
      is(query, 'kind', row.kind) &&
      is(query, 'meal', row.meal) &&
      is(query, 'account_no', row.account_no) &&
      row.merchant.includes(query.get('merchant') ?? ''),
  )

function recordSums({ query }: Exchange): Reply {
  const { items, next_cursor } = paged(records(query), query, SLICE)
  const sum = (kinds: string[]): number =>
    items.filter(({ kind }) => kinds.includes(kind)).reduce((all, { amount_fen }) => all + amount_fen, 0)
  const days = items
    .filter(({ meal }) => meal)
    .map(({ occurred_at, meal, amount_fen }) => ({ day: dayOf(occurred_at), meal, count: 1, spent_fen: -amount_fen }))
  const json = {
    ...{ count: items.length, spent_fen: -sum(['consume']), topped_up_fen: sum(['recharge']), days, next_cursor },
    ...{ subsidy_fen: sum(['subsidy']), other_fen: sum(['refund', 'adjust']) },
  }
  return { json }
}

const topUps = (query: URLSearchParams) =>
  TOP_UP_ROWS.filter(
    (row) =>
      isIn(query, row.created_at) &&
      is(query, 'status', row.status) &&
      is(query, 'account_no', row.account_no) &&
      (!query.get('number') || [row.id, row.transaction_id].includes(query.get('number'))) &&
      (!query.get('needs_people') || row.problem !== null || row.wish !== null),
  )

function topUpSums({ query }: Exchange): Reply {
  const { items, next_cursor } = paged(topUps(query), query, SLICE)
  const sum = (rows: typeof items): number => rows.reduce((all, { amount_fen }) => all + amount_fen, 0)
  const paid = items.filter(({ transaction_id }) => transaction_id)
  const json = {
    ...{ count: items.length, ordered_fen: sum(items), paid_fen: sum(paid), next_cursor },
    credited_fen: sum(items.filter(({ status }) => status === 'credited')),
    refunded_fen: sum(items.filter(({ status }) => status === 'refunded')),
    open_fen: sum(items.filter((row) => row.is_on_the_way)),
    days: paid.map(({ created_at, amount_fen }) => ({ day: dayOf(created_at), count: 1, amount_fen })),
  }
  return { json }
}

const topUpOf = ({ match }: Exchange) => TOP_UP_ROWS.find(({ id }) => id === match[1]) ?? missing()

function decide(exchange: Exchange): Reply {
  const row = topUpOf(exchange)
  const reason = (exchange.body as { reason?: string } | null)?.reason ?? ''
  const verb = exchange.match[2] ?? ''
  const line = (name: string, text: string) => ({ name, text, at: iso(), by: '黄志强', note: reason })
  if (verb === 'retry') return { json: row }
  if (verb === 'refund' && reason === '冲突') throw new Problem(409, 'refund_credited_there', '食堂系统显示这笔充值已入账，不能退款；页面将自动更新。') // prettier-ignore
  if (verb === 'refund' && row.amount_fen > 10_000) {
    row.wish = { by: 'u-huang', by_name: '黄志强', is_mine: true, reason, at: iso() }
    row.can_refund = false
    row.time_line = [...row.time_line, line('refund_asked', '申请退款，等待另一位管理员确认')]
  } else if (verb === 'refund/decline') {
    Object.assign(row, { wish: null, can_refund: true })
    row.time_line = [...row.time_line, line('refund_declined', '退款申请未通过')]
  } else {
    Object.assign(row, { wish: null, can_refund: false, status: 'rejected', status_text: '未能入账，准备退款' })
    row.time_line = [...row.time_line, line('refund_decided', '决定退款')]
  }
  return { json: row }
}

function unbind({ match, body }: Exchange): Reply {
  const user = BOUND.find(({ id }) => id === match[1]) ?? missing()
  const { reason, version } = body as { reason: string; version: number }
  if (version !== user.version) throw new Problem(409, 'binding_changed', '绑定刚刚有变化，请刷新后再试。')
  Object.assign(user, {
    status: 'ended',
    ended_at: iso(),
    how_ended: 'office',
    end_reason: reason,
    version: version + 1,
  })
  return { json: detailOf(user) }
}

function detailOf(user: (typeof BOUND)[number]) {
  const line = { account_no: user.account_no, phone_masked: user.phone_masked, by: user.nickname, reason: '' }
  const bound = { ...line, at: user.bound_at, what: 'bound' }
  const ended = { ...line, at: user.ended_at, what: user.how_ended, by: '黄志强', reason: user.end_reason }
  return { ...user, history: user.ended_at ? [ended, bound] : [bound] }
}

function reconcile({ match }: Exchange): Reply {
  const day = DAYS.find((one) => one.day === match[1]) ?? missing()
  if (day.state !== 'waiting') Object.assign(day, { ran_at: iso() })
  return { json: day }
}

function settle({ match, body }: Exchange): Reply {
  const found = DIFFERENCES.find(({ id }) => id === match[1]) ?? missing()
  const { reason } = body as { reason: string }
  return { json: Object.assign(found, { state: 'settled', reason, settled_at: iso(), settled_by: '黄志强' }) }
}

/** A file of some thousand rows grows with every look at it. */
const EXPORTS = new Map<string, CanteenExport>()

function startExport({ body }: Exchange): Reply {
  const { request_id, what, format, first, last } = body as NewExport
  const name = `${{ records: '消费记录', topups: '充值记录', statement: '月结单' }[what]}-${first}-${last}.${format}`
  const file: CanteenExport = {
    ...{
      id: request_id,
      what,
      name,
      state: 'waiting',
      rows: 0,
      fraction: 0,
      created_at: iso(),
      url: null,
      message: '',
    },
  }
  EXPORTS.set(request_id, file)
  return { status: 201, json: file }
}

function showExport({ match }: Exchange): Reply {
  const file = EXPORTS.get(match[1] ?? '') ?? missing()
  const fraction = Math.min(1, file.fraction + 0.17)
  const isReady = fraction === 1
  const change = { fraction, rows: Math.round(fraction * 100_000), state: isReady ? 'ready' : 'writing' }
  return { json: Object.assign(file, change, { url: isReady ? '/icon.svg' : null }) }
}

const at = (rest: string): RegExp => new RegExp(`^/api/office/canteen/${rest}$`)

export const CANTEEN_OFFICE: Route[] = [
  [
    'GET',
    at('users'),
    ({ query }) => {
      const text = query.get('text') ?? ''
      const isIt = (user: (typeof BOUND)[number]): boolean =>
        [user.staff_no, user.account_no, user.phone].includes(text)
      return {
        json: paged(
          BOUND.filter((user) => is(query, 'status', user.status) && (!text || isIt(user))),
          query,
        ),
      }
    },
  ],
  [
    'GET',
    at('users/([^/]+)'),
    ({ match }) => ({ json: detailOf(BOUND.find(({ id }) => id === match[1]) ?? missing()) }),
  ],
  ['POST', at('users/([^/]+)/unbind'), unbind],
  ['GET', at('records'), ({ query }) => ({ json: paged(records(query), query) })],
  ['GET', at('records/sums'), recordSums],
  ['GET', at('topups'), ({ query }) => ({ json: paged(topUps(query), query) })],
  ['GET', at('topups/sums'), topUpSums],
  ['GET', at('topups/([^/]+)'), (exchange) => ({ json: topUpOf(exchange) })],
  ['POST', at('topups/([^/]+)/(retry|refund|refund/confirm|refund/decline)'), decide],
  ['GET', at('sync'), () => ({ json: SYNC })],
  ['POST', at('sync/run'), () => ({ json: Object.assign(SYNC, { rows_behind: 0, is_caught_up: true }) })],
  [
    'POST',
    at('sync/accounts/([^/]+)'),
    ({ match, query }) => {
      const step = Number(query.get('cursor') ?? 0) + 1
      const is_complete = step > 8
      return { json: { account_no: match[1], rows: 500, is_complete, next_cursor: is_complete ? null : String(step) } }
    },
  ],
  [
    'GET',
    at('reconciliations'),
    ({ query }) => ({ json: { items: DAYS.filter(({ day }) => day.startsWith(query.get('month') ?? '')) } }),
  ],
  [
    'GET',
    at('reconciliations/([^/]+)'),
    ({ match }) => ({ json: DAYS.find(({ day }) => day === match[1]) ?? missing() }),
  ],
  ['POST', at('reconciliations/([^/]+)/run'), reconcile],
  [
    'GET',
    at('differences'),
    ({ query }) => ({
      json: paged(
        DIFFERENCES.filter(
          (row) => is(query, 'state', row.state) && is(query, 'day', row.day) && is(query, 'kind', row.kind),
        ),
        query,
      ),
    }),
  ],
  ['POST', at('differences/([^/]+)/settle'), settle],
  ['POST', at('exports'), startExport],
  ['GET', at('exports/([^/]+)'), showExport],
]
