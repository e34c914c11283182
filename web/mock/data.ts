import type { Role, SavedVisitor, Stage, Visit, Visitor } from '../src/shared/api/types'

export interface MockUser {
  id: string
  nickname: string
  avatar_url: string
  roles: Role[]
}

export const USERS: Record<string, MockUser> = {
  lin: { id: 'u-lin', nickname: '林晓雨', avatar_url: '', roles: [] },
  chen: { id: 'u-chen', nickname: '陈建国', avatar_url: '', roles: ['visitor_approver'] },
  zheng: { id: 'u-zheng', nickname: '郑丽华', avatar_url: '', roles: ['logistics'] },
  guo: { id: 'u-guo', nickname: '郭丽华', avatar_url: '', roles: ['canteen'] },
  huang: { id: 'u-huang', nickname: '黄志强', avatar_url: '', roles: ['administrator', 'visitor_approver'] },
}

export interface MockVisit extends Visit {
  owner: string
}

const HOUR = 3_600_000
const iso = (ms: number): string => new Date(ms).toISOString()

export const SAVED: (SavedVisitor & { owner: string })[] = [
  saved('s1', { name: '林晓雨', gender: 'female', phone: '13800001111', plate_number: null }),
  saved('s2', { name: '张德发', gender: 'male', phone: '13800002222', plate_number: '闽AD12345' }),
]

export function saved(id: string, visitor: Partial<Visitor>, owner = 'lin'): SavedVisitor & { owner: string } {
  const { name = '', gender = 'female', phone = '', plate_number = null, id_number } = visitor
  const id_number_masked = id_number ? `${id_number.slice(0, 3)}***********${id_number.slice(-4)}` : null
  return {
    id,
    owner,
    name,
    gender,
    phone,
    plate_number,
    id_number_masked,
    has_face: false,
    last_used_at: iso(Date.now()),
  }
}

let counter = 0

function gateOf(status: Visit['gate']['status'], message: string | null, order_id: string | null = 'G-8842') {
  const states = { failed: ['ready', 'failed'], ready: ['ready', 'ready'] } as const
  const names = ['东门人行通道 1', '东门出口人行通道']
  const known = status === 'failed' || status === 'ready' ? states[status] : []
  const devices = known.map((state, index) => ({ name: names[index] ?? '', state }))
  return { status, message, order_id, devices, can_send_again: status === 'failed' }
}

export function makeVisit(owner: string, stage: Stage, startsIn: number, hours = 2): MockVisit {
  const now = Date.now()
  const startsAt = Math.ceil((now + startsIn * HOUR) / (HOUR / 2)) * (HOUR / 2)
  const visit: MockVisit = {
    owner,
    id: `01MOCK${String(++counter).padStart(4, '0')}`,
    status: 'submitted',
    stage: 'awaiting_approval',
    gate: gateOf('none', null, null),
    park: null,
    presence: null,
    visitor: {
      name: '林晓雨',
      gender: 'female',
      phone: '13800001111',
      plate_number: counter % 2 ? '闽A12345' : null,
      id_number_masked: null,
      face: null,
    },
    host: { name: '王海峰', phone: '13900001111', job_number: 'A1001', choice: null },
    starts_at: iso(startsAt),
    ends_at: iso(startsAt + hours * HOUR),
    purpose: '设备检修',
    submitted_at: iso(now - counter * HOUR),
    decided_at: null,
    decided_by: null,
    refusal_reason: null,
    pass: null,
    can_cancel: true,
    can_decide: true,
    version: 1,
    party: null,
    replaces: null,
    replaced_by: null,
    can_change: true,
    timeline: [{ at: iso(now - counter * HOUR), event: 'submitted' }],
  }
  return setStage(visit, stage)
}

export function setStage(visit: MockVisit, stage: Stage): MockVisit {
  const at = iso(Date.now())
  const log = (event: string): void => void visit.timeline.push({ at, event })
  visit.stage = stage
  visit.version += 1
  visit.can_decide = stage === 'awaiting_approval'
  visit.can_change = visit.can_cancel = ['awaiting_approval', 'awaiting_gate', 'ready', 'gate_failed'].includes(stage)
  if (stage === 'awaiting_gate') {
    Object.assign(visit, { status: 'approved', decided_at: at, decided_by: '陈建国' })
    visit.gate = gateOf('waiting', '已审批，正在向闸机下发通行权限，请稍候。')
    log('approved')
  }
  if (stage === 'ready') {
    visit.status = 'approved'
    visit.gate = gateOf('ready', null)
    visit.pass = { qr_content: '4F7A09C2D1', valid_from: visit.starts_at, valid_until: visit.ends_at }
    log('gate_ready')
  }
  if (stage === 'gate_failed') {
    visit.status = 'approved'
    visit.gate = gateOf('failed', '部分闸机未能接收通行权限，请联系门卫，工作人员会重新下发。')
    log('gate_failed')
  }
  if (stage === 'entered' || stage === 'overstayed' || stage === 'left' || stage === 'checked_out') {
    const status = stage === 'entered' || stage === 'overstayed' ? 'inside' : stage
    visit.status = 'approved'
    visit.gate = gateOf('ready', null)
    visit.presence = { status, entered_at: visit.starts_at, left_at: stage === 'left' ? at : null }
    log('entered')
    if (stage === 'left' || stage === 'checked_out') log(stage)
  }
  if (stage === 'refused') {
    Object.assign(visit, { status: 'refused', refusal_reason: visit.refusal_reason ?? '时间不合适，请改期' })
    Object.assign(visit, { decided_at: at, decided_by: '陈建国' })
    log('refused')
  }
  if (stage === 'cancelled') {
    visit.status = 'cancelled'
    if (visit.gate.status !== 'none') visit.gate = { ...visit.gate, status: 'revoked', message: null }
    visit.pass = null
    log('cancelled')
  }
  return visit
}

const LATER: Stage[] = [
  'entered',
  'overstayed',
  'left',
  'checked_out',
  'awaiting_gate',
  'awaiting_approval',
  'gate_failed',
  'refused',
  'cancelled',
  'ended',
  'expired',
]

/** Some visits as one party, whose id is the first one's. */
export function asParty(visits: MockVisit[]): MockVisit[] {
  const id = visits[0]?.id ?? ''
  visits.forEach((visit, position) => {
    visit.party = { id, position, size: visits.length }
    visit.submitted_at = visits[0]?.submitted_at ?? visit.submitted_at
  })
  return visits
}

function friends(): MockVisit[] {
  const party = asParty(['ready', 'ready', 'awaiting_gate'].map((stage) => makeVisit('lin', stage as Stage, 5)))
  const [, second, third] = party
  if (second) Object.assign(second.visitor, { name: '张德发', gender: 'male', phone: '13800002222' })
  if (third) Object.assign(third.visitor, { name: '欧阳修文', gender: 'male', phone: '13800003333' })
  return party
}

export const VISITS: MockVisit[] = [
  ...friends(),
  ...asParty([0, 1].map(() => makeVisit('zhou', 'awaiting_approval', 28))),
  makeVisit('lin', 'ready', 1),
  ...LATER.map((stage, index) => makeVisit('lin', stage, stage === 'ended' || stage === 'expired' ? -30 : 26 + index)),
  ...Array.from({ length: 30 }, (_unused, index) => makeVisit('zhou', 'awaiting_approval', 30 + index)),
]

export const PUSHES = [
  push('p1', 'visit.register', 'visit:01MOCK0002', 'pending', 3, 'connection_failed', '连接门禁平台超时'),
  push('p2', 'visit.register', 'visit:01MOCK0004', 'failed', 5, 'host_unknown', '平台中没有这位被访人'),
]

function push(
  id: string,
  kind: string,
  subject: string,
  state: 'pending' | 'failed',
  attempts: number,
  error_code: string,
  error_message: string,
) {
  const now = Date.now()
  return {
    ...{ id, peer: 'gate', kind, subject, state, attempts, error_code, error_message },
    next_attempt_at: iso(now + 45_000),
    created_at: iso(now - HOUR),
  }
}
