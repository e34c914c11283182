import type { NewWaiver, ProductSettings, Stock } from '../src/shared/api/logisticsOfficeTypes'
import {
  board,
  HISTORY,
  iso,
  PEOPLE,
  REGISTRATIONS,
  REPORTS,
  seriesOf,
  STOCKS,
  TANKS,
  THROUGHPUT,
  VEHICLES,
  WAIVERS,
} from './logisticsData.ts'
import { type Exchange, Problem, type Reply, type Route } from './routes.ts'

const PAGE = 20
const sum = (values: (string | null)[]): string => values.reduce((all, one) => all + Number(one ?? 0), 0).toFixed(3)

function missing(): never {
  throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
}

function paged<T>(rows: readonly T[], query: URLSearchParams): { items: T[]; next_cursor: string | null } {
  const from = Number(query.get('cursor') ?? 0)
  const next = from + PAGE < rows.length ? String(from + PAGE) : null
  return { items: rows.slice(from, from + PAGE), next_cursor: next }
}

function listRegistrations({ query }: Exchange): Reply {
  const is = (name: string, value: string): boolean => (query.get(name) ?? value) === value
  const rows = REGISTRATIONS.filter(
    (row) =>
      is('status', row.status) &&
      is('plate_number', row.plate_number) &&
      is('product_code', row.product_code) &&
      is('kind', row.kind),
  )
  const page = paged(rows, query)
  return {
    json: { ...page, quantity: sum(page.items.map((row) => row.quantity)), net: sum(page.items.map((row) => row.net)) },
  }
}

function release({ match, body }: Exchange): Reply {
  const row = REGISTRATIONS.find(({ id }) => id === match[1]) ?? missing()
  const { version, reason } = body as { version: number; reason: string }
  if (version !== row.version) throw new Problem(409, 'registration_changed', '这条登记刚刚有变化，请核对后再试。')
  Object.assign(row, { status: 'released', version: version + 1, can_release: false, reason })
  if (row.hold) row.hold = { ...row.hold, state: 'released', expires_at: null, warn_at: null }
  row.events = [...row.events, { at: iso(), name: 'released', text: `厂方手动释放：${reason}` }]
  return { json: row }
}

function showStock({ match }: Exchange): Reply {
  const stock = STOCKS.find(({ code }) => code === match[1]) ?? missing()
  const holds = REGISTRATIONS.filter(
    ({ hold, product_code }) => product_code === stock.code && ['open', 'arrived', 'final'].includes(hold?.state ?? ''),
  ).map((row) => ({
    registration_id: row.id,
    plate_number: row.plate_number,
    driver_name: row.driver.name,
    quantity: row.hold?.quantity,
    hold: row.hold?.state,
    expires_at: row.hold?.expires_at,
    created_at: row.created_at,
  }))
  return { json: { stock, tanks: stock.keeps_stock ? TANKS : [], holds, history: HISTORY } }
}

function saveProduct({ body }: Exchange): Reply {
  const { reason, version, ...rules } = body as ProductSettings
  const known = STOCKS.find(({ code }) => code === rules.code)
  if (known && rules.name === '冲突') Object.assign(known, { threshold: '75.000', version: known.version + 1 })
  if ((known?.version ?? 0) !== version)
    throw new Problem(409, 'product_changed', '这个产品的规则刚刚被他人修改，请核对后再保存。')
  const after = Object.fromEntries(Object.entries(rules).map(([key, value]) => [key, String(value)]))
  const before = known
    ? Object.fromEntries(Object.keys(rules).map((key) => [key, String(known[key as keyof Stock])]))
    : null
  HISTORY.unshift({ at: iso(), by: '黄志强', reason, before, after })
  const saved = { ...(known ?? (STOCKS[0] as Stock)), ...rules, version: version + 1 }
  if (known) Object.assign(known, saved)
  else STOCKS.push({ ...saved, stock: null, free: null, held: '0.000', problem: 'no_tank' })
  return { json: saved }
}

function addWaiver({ body }: Exchange): Reply {
  const added = {
    ...{ id: `01W${Date.now()}`, by: '黄志强', created_at: iso(), used_by: null, withdrawn: false },
    ...(body as NewWaiver),
  }
  WAIVERS.unshift(added)
  return { status: 201, json: added }
}

function archive<T extends { validity: string }>(
  rows: readonly T[],
  { query }: Exchange,
  isIt: (row: T, text: string) => boolean,
): Reply {
  const text = query.get('search') ?? ''
  const isExpiring = query.get('filter') === 'expiring'
  return {
    json: paged(
      rows.filter(
        (row) => (!text || isIt(row, text)) && (!isExpiring || ['expiring', 'expired'].includes(row.validity)),
      ),
      query,
    ),
  }
}

function suspend<T extends { version: number }>(row: T | undefined, { body }: Exchange): Reply {
  const { reason } = body as { reason: string }
  const found = row ?? missing()
  const change = reason
    ? { validity: 'suspended', suspended_reason: reason }
    : { validity: 'valid', suspended_reason: null }
  return { json: Object.assign(found, change, { version: found.version + 1, le: 'waiting' }) }
}

const at = (rest: string): RegExp => new RegExp(`^/api/office/logistics/${rest}$`)
const plateOf = ({ match }: Exchange): string => decodeURIComponent(match[1] ?? '')

export const LOGISTICS_OFFICE: Route[] = [
  ['GET', at('registrations'), listRegistrations],
  [
    'GET',
    at('registrations/([^/]+)'),
    ({ match }) => ({ json: REGISTRATIONS.find(({ id }) => id === match[1]) ?? missing() }),
  ],
  ['POST', at('registrations/([^/]+)/release'), release],
  ['GET', at('registrations-export'), () => ({ json: { url: '/icon.svg', name: 'registrations.xlsx', cut_at: null } })],
  [
    'GET',
    at('le'),
    () => ({ json: { pending: 3, failed: 1, oldest_pending_at: iso(-11 * 60_000), polled_at: iso(-24_000) } }),
  ],
  ['GET', at('stock'), () => ({ json: { items: STOCKS } })],
  ['GET', at('stock/([^/]+)'), showStock],
  [
    'GET',
    at('stock/([^/]+)/series'),
    ({ query }) => ({ json: { items: seriesOf(query.get('first') ?? '', query.get('last') ?? '') } }),
  ],
  ['PUT', at('products/([^/]+)'), saveProduct],
  [
    'GET',
    at('waivers'),
    ({ query }) => ({
      json: paged(
        WAIVERS.filter((row) => (query.get('plate_number') ?? row.plate_number) === row.plate_number),
        query,
      ),
    }),
  ],
  ['POST', at('waivers'), addWaiver],
  [
    'POST',
    at('waivers/([^/]+)/withdraw'),
    ({ match }) => ({
      json: Object.assign(WAIVERS.find(({ id }) => id === match[1]) ?? missing(), { withdrawn: true }),
    }),
  ],
  ['GET', at('lanes'), () => ({ json: board() })],
  ['GET', at('lanes/throughput'), () => ({ json: { items: THROUGHPUT } })],
  ['GET', at('vehicles'), (exchange) => archive(VEHICLES, exchange, (row, text) => row.plate_number === text)],
  [
    'POST',
    at('vehicles/([^/]+)/suspend'),
    (exchange) =>
      suspend(
        VEHICLES.find(({ id }) => id === plateOf(exchange)),
        exchange,
      ),
  ],
  ['GET', at('people'), (exchange) => archive(PEOPLE, exchange, (row, text) => row.phone === text)],
  [
    'POST',
    at('people/([^/]+)/suspend'),
    (exchange) =>
      suspend(
        PEOPLE.find(({ id }) => id === exchange.match[1]),
        exchange,
      ),
  ],
  ['GET', at('reports'), ({ query }) => ({ json: paged(REPORTS, query) })],
]
