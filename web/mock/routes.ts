import type { ChangeRequest, ReserveRequest, Visitor } from '../src/shared/api/types'
import { accountMenu, newsPage, noticesPage, publishMenu } from './channel.ts'
import { CANTEEN_OFFICE } from './canteenOffice.ts'
import { LOGISTICS_OFFICE } from './logisticsOffice.ts'
import { FAULTS, IMPORTS, MIGRATIONS, moved, ordered } from './migration.ts'
import { AUDIT, changeOf, changeUser, filteredUsers, holderOf } from './people.ts'
import { chosenHost, findHosts, OPENING } from './hosts.ts'
import { asParty, makeVisit, type MockVisit, PUSHES, saved, SAVED, setStage, USERS, VISITS } from './data.ts'

/** What a mock route sees and may answer; `person` is who the phone belongs to, if signed in. */
export interface Exchange {
  person: string | null
  office: string | null
  match: string[]
  query: URLSearchParams
  body: unknown
}
export interface Reply {
  status?: number
  json?: unknown
  cookies?: string[]
  location?: string
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: unknown = null,
  ) {
    super(message)
  }
}

const PAGE = 20
const tickets = new Map<string, { status: string; expires_at: string; person: string | null }>()
const requests = new Map<string, MockVisit>()

const view = (visit: MockVisit) => ({ ...visit, owner: undefined })

function page(visits: MockVisit[], query: URLSearchParams): Reply {
  const from = Number(query.get('cursor') ?? 0)
  const next = from + PAGE < visits.length ? String(from + PAGE) : null
  return { json: { items: visits.slice(from, from + PAGE).map(view), next_cursor: next } }
}

function find(id: string | undefined): MockVisit {
  const visit = VISITS.find((candidate) => candidate.id === id)
  if (!visit) throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
  return visit
}

function decide(exchange: Exchange, approve: boolean): Reply {
  const visit = find(exchange.match[1])
  if (visit.stage !== 'awaiting_approval') {
    throw new Problem(409, 'visit_already_decided', '这条预约已经由他人处理，请刷新后查看结果。')
  }
  if (!approve) visit.refusal_reason = (exchange.body as { reason: string }).reason
  setStage(visit, approve ? 'awaiting_gate' : 'refused')
  if (approve) setTimeout(() => visit.stage === 'awaiting_gate' && setStage(visit, 'ready'), 8_000)
  return { json: view(visit) }
}

function reserve(exchange: Exchange): Reply {
  const body = exchange.body as ReserveRequest
  const host = chosenHost(body.host)
  if (host.name === '错误') {
    throw new Problem(400, 'invalid_input', '填写的内容有误，请按提示修改。', [
      { field: 'host.phone', message: '被访人手机号不正确' },
    ])
  }
  const known = requests.get(body.request_id)
  if (known) return { status: 201, json: view(known) }
  const party = [body.visitor, ...(body.companions ?? [])].map((person) =>
    newVisit(exchange.person ?? '', person, body),
  )
  if (party.length > 1) asParty(party)
  VISITS.unshift(...party)
  const [first] = party as [MockVisit]
  requests.set(body.request_id, first)
  return { status: 201, json: view(first) }
}

function newVisit(
  owner: string,
  visitor: Visitor,
  { host, purpose, starts_at, ends_at }: ReserveRequest | ChangeRequest,
): MockVisit {
  const visit = makeVisit(owner, 'awaiting_approval', 1)
  return Object.assign(visit, {
    visitor,
    host: chosenHost(host),
    purpose,
    starts_at,
    ends_at,
    submitted_at: new Date().toISOString(),
  })
}

function change(exchange: Exchange): Reply {
  const body = exchange.body as ChangeRequest
  const made = [body.visitor, ...(body.companions ?? [])].map((person) => {
    const old = find(person.visit_id)
    const masked = person.keep_id_number ? old.visitor.id_number_masked : null
    const visit = newVisit(exchange.person ?? '', { ...person, id_number_masked: masked } as Visitor, body)
    setStage(old, 'cancelled')
    Object.assign(old, { stage: 'replaced', replaced_by: visit.id })
    visit.replaces = old.id
    return visit
  })
  if (made.length > 1) asParty(made)
  VISITS.unshift(...made)
  return { status: 201, json: view(made[0] as MockVisit) }
}

/** The people of a party; of a request those it names. */
function members({ match, body }: Exchange): MockVisit[] {
  const named = (body as { visits?: { id: string }[] } | null)?.visits?.map(({ id }) => id)
  return VISITS.filter(({ id, party }) => party?.id === match[1] && (!named || named.includes(id)))
}

function decideParty(exchange: Exchange, approve: boolean): Reply {
  for (const visit of members(exchange)) decide({ ...exchange, match: ['', visit.id] }, approve)
  return showParty(exchange)
}

function showParty(exchange: Exchange): Reply {
  return { json: { id: exchange.match[1], items: members(exchange).map(view) } }
}

function session(person: string | null): Reply {
  const user = person ? USERS[person] : undefined
  if (!user) throw new Problem(401, 'not_signed_in', '登录已失效，请重新登录后再试。')
  return { json: { user, csrf_token: 'mock' } }
}

function ticketOf(id: string | undefined) {
  const ticket = tickets.get(id ?? '')
  if (!ticket) throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
  if (Date.parse(ticket.expires_at) < Date.now()) ticket.status = 'expired'
  return ticket
}

function openTicket(): Reply {
  const id = `T${Date.now()}`
  tickets.set(id, { status: 'waiting', expires_at: new Date(Date.now() + 120_000).toISOString(), person: null })
  const url = `http://campus.localhost:5173/office-sign-in?ticket=${id}`
  return { status: 201, json: { ticket: id, sign_in_url: url, expires_at: tickets.get(id)?.expires_at } }
}

function moveTicket(exchange: Exchange, status: string): Reply {
  const ticket = ticketOf(exchange.match[1])
  if (ticket.status === 'expired') throw new Problem(409, 'ticket_expired', '二维码已失效，请在电脑上刷新。')
  if (status !== 'scanned' || ticket.status === 'waiting') ticket.status = status
  ticket.person = exchange.person
  return { json: { status: ticket.status, browser: 'Chrome · Windows', expires_at: ticket.expires_at } }
}

function filtered({ query }: Exchange): MockVisit[] {
  const status = query.get('status')
  const text = query.get('q') ?? ''
  const words = ({ visitor, host }: MockVisit): string =>
    [visitor.name, visitor.phone, visitor.plate_number, host.name, host.phone].join(' ')
  return VISITS.filter((visit) => (!status || visit.status === status) && words(visit).includes(text))
}

function decided(exchange: Exchange): MockVisit[] {
  const isDecided = exchange.query.get('view') === 'decided'
  return VISITS.filter((visit) => (isDecided ? Boolean(visit.decided_by) : visit.stage === 'awaiting_approval'))
}

function missing(): never {
  throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
}

export type Route = [method: string, path: RegExp, handler: (exchange: Exchange) => Reply]

export const ROUTES: Route[] = [
  ['GET', /^\/api\/session$/, ({ person }) => session(person)],
  ['DELETE', /^\/api\/session$/, () => ({ status: 204, cookies: ['mock_person=; Path=/; Max-Age=0'] })],
  [
    'GET',
    /^\/api\/sign-in\/wechat$/,
    ({ query }) => ({
      status: 302,
      location: query.get('return_to') ?? '/',
      cookies: [`mock_person=${process.env['MOCK_PERSON'] ?? 'huang'}; Path=/`],
    }),
  ],
  ['POST', /^\/api\/sign-in\/office$/, openTicket],
  [
    'POST',
    /^\/api\/sign-in\/office\/([^/]+)\/check$/,
    ({ match }) => {
      const { status, person } = ticketOf(match[1])
      return { json: { status }, cookies: status === 'confirmed' ? [`mock_office=${person ?? ''}; Path=/api`] : [] }
    },
  ],
  ['GET', /^\/api\/sign-in\/office\/([^/]+)$/, (exchange) => moveTicket(exchange, 'scanned')],
  ['POST', /^\/api\/sign-in\/office\/([^/]+)\/confirm$/, (exchange) => moveTicket(exchange, 'confirmed')],
  ['POST', /^\/api\/sign-in\/office\/([^/]+)\/refuse$/, (exchange) => moveTicket(exchange, 'refused')],
  [
    'GET',
    /^\/api\/visitor\/saved$/,
    ({ person }) => ({ json: { items: SAVED.filter((one) => one.owner === person) } }),
  ],
  [
    'POST',
    /^\/api\/visitor\/saved$/,
    ({ person, body }) => {
      const added = saved(`s${Date.now()}`, body as Visitor, person ?? '')
      SAVED.unshift(added)
      return { status: 201, json: added }
    },
  ],
  [
    'PUT',
    /^\/api\/visitor\/saved\/([^/]+)$/,
    ({ match, body }) => {
      const found = SAVED.find(({ id }) => id === match[1])
      return { json: Object.assign(found ?? {}, body) }
    },
  ],
  [
    'DELETE',
    /^\/api\/visitor\/saved\/([^/]+)$/,
    ({ match }) => {
      SAVED.splice(
        SAVED.findIndex(({ id }) => id === match[1]),
        1,
      )
      return { status: 204 }
    },
  ],
  [
    'GET',
    /^\/api\/visitor\/visits$/,
    ({ person, query }) =>
      page(
        VISITS.filter((one) => one.owner === person),
        query,
      ),
  ],
  ['POST', /^\/api\/visitor\/visits$/, reserve],
  ['POST', /^\/api\/visitor\/hosts\/search$/, ({ body }) => ({ json: { items: findHosts(body) } })],
  ['GET', /^\/api\/visitor\/opening-hours$/, () => ({ json: OPENING })],
  ['POST', /^\/api\/visitor\/changes$/, change],
  ['GET', /^\/api\/visitor\/visits\/([^/]+)$/, ({ match }) => ({ json: view(find(match[1])) })],
  [
    'POST',
    /^\/api\/visitor\/visits\/([^/]+)\/cancel$/,
    ({ match }) => ({ json: view(setStage(find(match[1]), 'cancelled')) }),
  ],
  ['GET', /^\/api\/visitor\/parties\/([^/]+)$/, showParty],
  [
    'POST',
    /^\/api\/visitor\/parties\/([^/]+)\/cancel$/,
    (exchange) => {
      for (const visit of members(exchange)) if (visit.can_cancel) setStage(visit, 'cancelled')
      return showParty(exchange)
    },
  ],
  ['GET', /^\/api\/(?:visitor\/party-approvals|office\/parties)\/([^/]+)$/, showParty],
  [
    'POST',
    /^\/api\/(?:visitor\/party-approvals|office\/parties)\/([^/]+)\/approve$/,
    (exchange) => decideParty(exchange, true),
  ],
  [
    'POST',
    /^\/api\/(?:visitor\/party-approvals|office\/parties)\/([^/]+)\/refuse$/,
    (exchange) => decideParty(exchange, false),
  ],
  ['GET', /^\/api\/visitor\/approvals$/, (exchange) => page(decided(exchange), exchange.query)],
  ['GET', /^\/api\/visitor\/approvals\/([^/]+)$/, ({ match }) => ({ json: view(find(match[1])) })],
  ['POST', /^\/api\/visitor\/approvals\/([^/]+)\/approve$/, (exchange) => decide(exchange, true)],
  ['POST', /^\/api\/visitor\/approvals\/([^/]+)\/refuse$/, (exchange) => decide(exchange, false)],
  ['GET', /^\/api\/office\/session$/, ({ office }) => session(office)],
  ['DELETE', /^\/api\/office\/session$/, () => ({ status: 204, cookies: ['mock_office=; Path=/api; Max-Age=0'] })],
  ['GET', /^\/api\/office\/visits$/, (exchange) => page(filtered(exchange), exchange.query)],
  ['GET', /^\/api\/office\/visits\/([^/]+)$/, ({ match }) => ({ json: view(find(match[1])) })],
  ['POST', /^\/api\/office\/visits\/([^/]+)\/approve$/, (exchange) => decide(exchange, true)],
  ['POST', /^\/api\/office\/visits\/([^/]+)\/refuse$/, (exchange) => decide(exchange, false)],
  ['GET', /^\/api\/office\/users$/, ({ query }) => ({ json: filteredUsers(query) })],
  ['POST', /^\/api\/office\/users\/by-phone$/, ({ body }) => ({ json: holderOf(body) ?? missing() })],
  ['GET', /^\/api\/office\/users\/([^/]+)$/, ({ match }) => ({ json: changeUser(match[1], () => ({})) ?? missing() })],
  [
    'POST',
    /^\/api\/office\/users\/([^/]+)\/(roles|disable|enable|phone)$/,
    ({ match, body }) => ({ json: changeUser(match[1], changeOf(match[2] ?? '', body)) ?? missing() }),
  ],
  ['GET', /^\/api\/news$/, ({ query }) => ({ json: newsPage(query) })],
  ['GET', /^\/api\/office\/menu$/, () => ({ json: accountMenu() })],
  ['POST', /^\/api\/office\/menu\/publish$/, ({ body }) => ({ json: publishMenu(body) })],
  ['GET', /^\/api\/office\/notices$/, ({ query }) => ({ json: noticesPage(query) })],
  ['GET', /^\/api\/office\/migrations$/, () => ({ json: { items: MIGRATIONS } })],
  [
    'POST',
    /^\/api\/office\/migrations\/([^/]+)\/(pull|convert|pause|resume)$/,
    ({ match }) => ({ json: ordered(match[1], match[2]) ?? missing() }),
  ],
  ['GET', /^\/api\/office\/imports$/, () => ({ json: { items: IMPORTS, next_cursor: null } })],
  ['GET', /^\/api\/office\/imports\/([^/]+)$/, ({ match }) => ({ json: moved(match[1], '') ?? missing() })],
  ['GET', /^\/api\/office\/imports\/([^/]+)\/faults$/, () => ({ json: { items: FAULTS, next_cursor: null } })],
  [
    'POST',
    /^\/api\/office\/imports\/([^/]+)\/(run|discard)$/,
    ({ match }) => ({ json: moved(match[1], match[2]) ?? missing() }),
  ],
  ...LOGISTICS_OFFICE,
  ...CANTEEN_OFFICE,
  ['GET', /^\/api\/office\/audit$/, () => ({ json: { items: AUDIT, next_cursor: null } })],
  [
    'GET',
    /^\/api\/office\/pushes$/,
    ({ query }) => ({
      json: {
        items: PUSHES.filter(({ state }) => state === (query.get('state') ?? 'pending')),
        next_cursor: null,
        peers: ['gate', 'le', 'canteen', 'pay', 'export', 'wechat'],
      },
    }),
  ],
  [
    'POST',
    /^\/api\/office\/pushes\/([^/]+)\/retry$/,
    ({ match }) => {
      const found = PUSHES.find(({ id }) => id === match[1])
      return { json: Object.assign(found ?? {}, { state: 'pending', next_attempt_at: new Date().toISOString() }) }
    },
  ],
]
