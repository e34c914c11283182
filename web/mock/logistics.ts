import type {
  ChangeRegistration,
  Expiry,
  Lane,
  NewRegistration,
  NewReport,
  Order,
  Person,
  Product,
  QueuePosition,
  Registration,
  RegistrationStatus,
  Report,
  SavePerson,
  SaveVehicle,
  SignOffRequest,
  Validity,
  Vehicle,
} from '../src/shared/api/logisticsTypes'
import { differenceOf, sumTonnes, toKilograms } from '../src/shared/quantities.ts'
import { type Exchange, Problem, type Reply } from './routes.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const iso = (ms: number): string => new Date(ms).toISOString()
const day = (days: number): string => iso(Date.now() + days * DAY + 8 * HOUR).slice(0, 10)
const BEGAN = Date.now()
let counter = 0

const PRODUCTS: Product[] = [
  product('NAOH32', '32%液碱', true, 'available'),
  product('CL2', '液氯', true, 'short'),
  product('HCL31', '31%盐酸', true, 'unconfirmed'),
  product('NACLO', '次氯酸钠', true, 'available'),
  product('SALT', '工业盐', false, 'not_needed'),
]

function product(code: string, name: string, hazardous: boolean, availability: Product['availability']): Product {
  return { code, name, hazardous, availability, hold_minutes: 240 }
}
const nameOf = (code: string): string => PRODUCTS.find((one) => one.code === code)?.name ?? code

const ORDERS: Order[] = [
  order('SO2026110001', 'pickup', 'NAOH32', '20.000', { customer_name: '福州华源化工贸易有限公司' }),
  order('SO2026110002', 'pickup', 'NAOH32', '35.500', { customer_name: '福州华源化工贸易有限公司' }),
  order('SO2026110007', 'pickup', 'CL2', '12.000', { customer_name: '厦门水务集团有限公司' }),
  order('SO2026110009', 'pickup', 'HCL31', '28.000', { customer_name: '泉州恒盛印染有限公司' }),
  order('SO2026100031', 'pickup', 'NAOH32', '60.000', {
    ...{ status: 'blocked', can_register: false, customer_name: '莆田新力纸业有限公司' },
    problem: '订单已冻结，请联系业务员',
  }),
  order('SO2026100018', 'pickup', 'NACLO', '5.000', {
    ...{ can_register: false, valid_to: day(-3) },
    problem: '订单已过有效期，请联系业务员延期',
  }),
  order('PO2026110044', 'delivery', 'SALT', '600.000', { customer_name: '江西晶源盐业有限公司' }),
]

function order(
  order_no: string,
  kind: Order['kind'],
  product_code: string,
  open: string,
  more: Partial<Order> = {},
): Order {
  const hazardous = product_code !== 'SALT'
  const line = { line_no: '10', product_code, product_name: nameOf(product_code), hazardous, ordered: '120.000', open }
  return {
    ...{ order_no, kind, customer_name: '厦门水务集团有限公司', status: 'partly', valid_from: day(-20) },
    ...{ valid_to: day(12), can_register: true, problem: null, lines: [line] },
    ...more,
  }
}

const expiry = (certificate: string, name: string, days: number): Expiry => ({
  ...{ certificate, name, last_day: day(days), days_left: days },
})
const standing = (expiries: Expiry[]): Validity => {
  const least = Math.min(...expiries.map(({ days_left }) => days_left))
  return least < 0 ? 'expired' : least <= 30 ? 'expiring' : 'valid'
}
const daysTo = (last: string): number => Math.round((Date.parse(last) - Date.parse(day(0))) / DAY)

const VEHICLES: Vehicle[] = [
  vehicle({ plate_number: '闽AD23F7', kind: 'tractor' }, 200, 150),
  vehicle({ plate_number: '闽A5521挂', kind: 'trailer' }, 18, 90, 18),
  vehicle({ plate_number: '闽B55555', kind: 'rigid', plate_colour: 'yellow_green' }, -4, 60, 300),
]

function vehicle(saved: Partial<SaveVehicle>, permit: number, inspection: number, tank?: number): Vehicle {
  return vehicleOf({
    plate_number: '',
    plate_colour: 'yellow',
    kind: 'tractor',
    road_permit_no: '闽交运管350100008842',
    road_permit_expiry: day(permit),
    road_permit_classes: ['8', '2.3'],
    inspection_expiry: day(inspection),
    approved_load: '32.000',
    tank:
      tank === undefined
        ? null
        : {
            ...{ tank_no: 'GC-2208', volume_m3: '24.50', inspection_expiry: day(tank) },
            permitted_cargo: ['NAOH32', 'NACLO'],
          },
    photos: [],
    version: 0,
    ...saved,
  })
}

function vehicleOf(saved: SaveVehicle): Vehicle {
  const expiries = [
    expiry('road_permit', '道路运输证', daysTo(saved.road_permit_expiry)),
    expiry('inspection', '车辆检验', daysTo(saved.inspection_expiry)),
    ...(saved.tank ? [expiry('tank_inspection', '罐体检验', daysTo(saved.tank.inspection_expiry))] : []),
  ].sort((one, other) => one.days_left - other.days_left)
  return {
    ...{ ...saved, tank: saved.tank ?? null, photos: (saved.photos ?? []).map((id) => ({ id, url: PICTURE })) },
    ...{ validity: standing(expiries), expiries, suspended_reason: null, le: 'done', le_problem: null },
    ...{ last_used_at: iso(Date.now() - DAY), updated_at: iso(Date.now() - 3 * DAY), version: saved.version + 1 },
  }
}
const PICTURE = '/icon.svg'

const PEOPLE: Person[] = [
  personOf('d'.repeat(32), { name: '林国强', phone: '13860001122', role: 'driver', qualification_expiry: day(400) }),
  personOf('e'.repeat(32), { name: '陈志明', phone: '13960003344', role: 'escort', qualification_expiry: day(12) }),
]

function personOf(driver_no: string, saved: Partial<SavePerson>): Person {
  const qualification_expiry = saved.qualification_expiry ?? day(300)
  const licence_expiry = saved.role === 'escort' ? null : (saved.licence_expiry ?? day(800))
  const expiries = [
    expiry('qualification', '从业资格证', daysTo(qualification_expiry)),
    ...(licence_expiry ? [expiry('licence', '驾驶证', daysTo(licence_expiry))] : []),
  ].sort((one, other) => one.days_left - other.days_left)
  return {
    ...{ driver_no, name: saved.name ?? '', phone: saved.phone ?? '', role: saved.role ?? 'driver' },
    ...{ id_number_masked: '350***********0018', licence_class: saved.role === 'escort' ? '' : 'A2', licence_expiry },
    ...{ qualification_no: saved.qualification_no ?? '350100200', qualification_expiry },
    ...{ qualification_classes: saved.qualification_classes ?? ['8', '2.3'], photos: [] },
    ...{ validity: standing(expiries), expiries, suspended_reason: null, le: 'done', le_problem: null },
    ...{ last_used_at: iso(Date.now() - DAY), updated_at: iso(Date.now()), version: (saved.version ?? 0) + 1 },
  }
}

const STEP: Partial<Record<RegistrationStatus, Registration['step']>> = {
  ...{ registered: 'held', card_issued: 'held', queued: 'queued', called: 'queued', entered: 'loading' },
  ...{ tared: 'loading', loading: 'loading', weighed: 'loading', exited: 'left', signed: 'signed' },
}
const SAID: Record<RegistrationStatus, string> = {
  ...{ registered: '提交登记', card_issued: '物流系统已发卡', queued: '到厂排队', called: '叫号，请到 2 号道' },
  ...{ entered: '入厂', tared: '空车过磅', loading: '开始装车', weighed: '重车过磅，净重 29.86 吨', exited: '出厂' },
  ...{ signed: '签收 29.86 吨', cancelled: '取消登记', released: '厂方结束登记', expired: '超过占用时限，已退卡' },
  ...{ rejected: '物流系统未受理', empty_out: '空车出厂' },
}
const LIFE = 'registered card_issued queued called entered tared loading weighed exited signed'.split(
  ' ',
) as RegistrationStatus[]

function registration(status: RegistrationStatus, more: Partial<Registration> = {}, age = HOUR): Registration {
  const created = Date.now() - age
  const made: Registration = {
    ...{ id: `01MOCKREG${String(++counter).padStart(17, '0')}`, kind: 'pickup', status: 'registered', step: 'held' },
    ...{ product_code: 'NAOH32', product_name: '32%液碱', customer_name: '福州华源化工贸易有限公司' },
    lines: [{ order_no: 'SO2026110001', line_no: '10', quantity: '30.000' }],
    ...{ quantity: '30.000', net: null, plate_number: '闽AD23F7', trailer_plate_number: '闽A5521挂' },
    driver: { driver_no: 'd'.repeat(32), name: '林国强', phone: '13860001122' },
    escort: { driver_no: 'e'.repeat(32), name: '陈志明', phone: '13960003344' },
    ...{ waybill_no: 'YD350100261126001', arrive_from: iso(created), arrive_to: iso(created + 3 * HOUR) },
    ...{
      hold: null,
      expires_at: null,
      warn_at: null,
      le: 'done',
      le_problem: null,
      registration_no: `R26112600${counter}`,
      card_no: `C00${counter}`,
    },
    ...{ card_returned: false, queue_no: null, lane_code: null, reason: null, recheck: [] },
    ...{
      can_cancel: true,
      can_change: true,
      can_sign_off: false,
      allowed_difference: null,
      created_at: iso(created),
      version: 1,
    },
    ...{ events: [{ at: iso(created), name: 'registered', text: '提交登记' }], sign_off: null },
    ...more,
  }
  return move(made, status, age)
}

/** Takes a registration to a status, with what comes with it. */
function move(made: Registration, status: RegistrationStatus, age = 0): Registration {
  const at = LIFE.indexOf(status)
  const passed = LIFE.slice(LIFE.indexOf(made.status) + 1, at + 1)
  for (const step of at < 0 ? [status] : passed) log(made, step, Date.now() - age / 2)
  made.status = status
  made.step = made.kind === 'delivery' && STEP[status] === 'held' ? 'registered' : (STEP[status] ?? null)
  made.can_cancel = made.can_change = at >= 0 && at < LIFE.indexOf('queued')
  if (status === 'queued' || status === 'called') made.can_cancel = true
  made.can_sign_off = status === 'exited'
  if (at >= LIFE.indexOf('queued')) made.queue_no = 'A017'
  if (at >= LIFE.indexOf('called')) made.lane_code = 'L2'
  if (at >= LIFE.indexOf('weighed')) {
    made.net = '29.860'
    made.allowed_difference = '0.089'
  }
  const limit = at >= 0 && at < LIFE.indexOf('queued') ? Date.parse(made.created_at) + 4 * HOUR : null
  made.expires_at = limit === null ? null : iso(limit)
  made.warn_at = limit === null ? null : iso(limit - 30 * MINUTE)
  made.hold = made.kind === 'delivery' ? null : holdOf(made, at)
  made.card_returned = at < 0
  if (status === 'rejected') Object.assign(made, { le: 'failed', reason: '车辆道路运输证在物流系统中已过期' })
  if (status === 'released') made.reason = '产品检修停发，请改日再来'
  made.version += 1
  return made
}

const log = (made: Registration, name: RegistrationStatus, at = Date.now()): void =>
  void made.events.push({ at: iso(at), name, text: SAID[name] })

function holdOf(made: Registration, at: number): Registration['hold'] {
  const { expires_at, warn_at } = made
  const base = { quantity: made.quantity, expires_at: null, warn_at: null }
  if (at < 0) return { ...base, state: made.status === 'expired' ? 'expired' : 'released' }
  if (at >= LIFE.indexOf('weighed')) return { ...base, state: 'final', quantity: '29.860' }
  return at >= 2 ? { ...base, state: 'arrived' } : { ...base, state: 'open', expires_at, warn_at }
}

const REGISTRATIONS: Registration[] = [
  registration('card_issued', {}, 217 * MINUTE + 40_000),
  registration('called', { plate_number: '闽C88812', trailer_plate_number: null }, 3 * HOUR),
  registration('exited', { plate_number: '闽B55555', trailer_plate_number: null }, 6 * HOUR),
  registration('queued', { kind: 'delivery', product_code: 'SALT', product_name: '工业盐' }, 2 * HOUR),
  registration('expired', {}, DAY),
  ...(['signed', 'rejected', 'released', 'cancelled', 'loading', 'weighed', 'registered', 'empty_out'] as const).map(
    (status, at) => registration(status, {}, (2 + at) * DAY),
  ),
  ...Array.from({ length: 30 }, (_unused, at) => registration('signed', {}, (12 + at) * DAY)),
]
for (const made of REGISTRATIONS) if (made.status === 'signed') sign(made, { quantity: '29.860' })
Object.assign(REGISTRATIONS[1] ?? {}, {
  recheck: [
    { code: 'escort_qualification_expired', subject: '陈志明', message: '押运员从业资格证已过期，请更新档案或换人。' },
  ],
})

const requests = new Map<string, string>()
const REPORTS: Report[] = []

function sign(made: Registration, { quantity, reason = '' }: { quantity: string; reason?: string }): void {
  made.sign_off = {
    ...{ quantity, net: made.net, difference: made.net ? differenceOf(quantity, made.net) : null, reason },
    ...{ signed_at: iso(Date.now()), photos: [], document_no: 'GI2611260071', le: 'done' },
  }
}

const isNew = (person: string | null): boolean => person === 'lin'
const missing = (): never => {
  throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
}
const find = (id: string | undefined): Registration => REGISTRATIONS.find((one) => one.id === id) ?? missing()

function refuse(body: { lines: NewRegistration['lines']; plate_number?: string }): void {
  const total = toKilograms(sumTonnes(body.lines.map(({ quantity }) => String(quantity)))) ?? 0
  const known = ORDERS.find((one) => one.order_no === body.lines[0]?.order_no)
  if (known?.lines[0]?.product_code === 'HCL31')
    throw new Problem(409, 'stock_not_confirmed', '库存未确认，暂时不能登记。请几分钟后再试，或联系物流调度。')
  if (known?.lines[0]?.product_code === 'CL2' || total > 40_000)
    throw new Problem(409, 'stock_not_enough', '余量不足，现在不能登记这个数量。请减少数量，或稍后再试。')
  if (body.plate_number !== '闽B55555') return
  throw new Problem(409, 'registration_checks_failed', '有 2 项检查没有通过，登记没有提交。', [
    { code: 'road_permit_expired', subject: '闽B55555', message: '道路运输证已过期，请更新车辆档案后再登记。' },
    { code: 'overload', subject: '闽B55555', message: '登记数量超过核定载质量 32 吨，请减少数量。' },
  ])
}

function register({ body }: Exchange): Reply {
  const wanted = body as NewRegistration
  const known = requests.get(wanted.request_id)
  if (known) return { status: 201, json: find(known) }
  refuse(wanted)
  const line = ORDERS.find((one) => one.order_no === wanted.lines[0]?.order_no)
  const quantity = sumTonnes(wanted.lines.map((one) => String(one.quantity)))
  const made = registration(
    'registered',
    {
      ...{
        kind: wanted.kind,
        lines: wanted.lines.map((one) => ({ ...one, quantity: String(one.quantity) })),
        quantity,
      },
      ...{ product_code: line?.lines[0]?.product_code ?? '', product_name: line?.lines[0]?.product_name ?? '' },
      ...{ plate_number: wanted.plate_number, trailer_plate_number: wanted.trailer_plate_number ?? null },
      ...{ arrive_from: wanted.arrive_from, arrive_to: wanted.arrive_to, le: 'waiting', card_no: null },
    },
    0,
  )
  REGISTRATIONS.unshift(made)
  requests.set(wanted.request_id, made.id)
  const plan = ['card_issued', 'queued', 'called', 'entered', 'loading', 'weighed', 'exited'] as const
  plan.forEach((status, at) => setTimeout(() => advance(made, status), 6_000 + at * 20_000))
  return { status: 201, json: made }
}

function advance(made: Registration, status: RegistrationStatus): void {
  if (made.status === 'cancelled') return
  Object.assign(move(made, status), { le: 'done', card_no: 'C0099' })
}

function listed({ query, person }: Exchange): Reply {
  const state = query.get('state') ?? 'all'
  const ended = (status: RegistrationStatus): boolean => !LIFE.includes(status)
  const items = (isNew(person) ? [] : REGISTRATIONS).filter(
    ({ status }) =>
      state === 'all' ||
      (state === 'signed' && status === 'signed') ||
      (state === 'ended' && ended(status)) ||
      (state === 'open' && status !== 'signed' && !ended(status)),
  )
  const from = Number(query.get('cursor') ?? 0)
  return {
    json: { items: items.slice(from, from + 20), next_cursor: from + 20 < items.length ? String(from + 20) : null },
  }
}

function change({ match, body }: Exchange): Reply {
  const made = find(match[1])
  const wanted = body as ChangeRegistration
  if (wanted.version !== made.version)
    throw new Problem(409, 'registration_changed', '这条登记刚刚有变化，请刷新后再改。')
  refuse(wanted)
  const lines = wanted.lines.map((one) => ({ ...one, quantity: String(one.quantity) }))
  const quantity = sumTonnes(lines.map((one) => one.quantity))
  Object.assign(made, { lines, quantity, arrive_from: wanted.arrive_from, arrive_to: wanted.arrive_to })
  made.version += 1
  made.events.push({ at: iso(Date.now()), name: 'changed', text: `改为 ${quantity} 吨` })
  return { json: made }
}

function signOff({ match, body }: Exchange): Reply {
  const made = find(match[1])
  const wanted = body as SignOffRequest
  if (made.sign_off) return { json: made }
  const difference = Math.abs((toKilograms(String(wanted.quantity)) ?? 0) - (toKilograms(made.net ?? '0') ?? 0))
  if (!wanted.reason && difference * 1000 > (toKilograms(made.net ?? '0') ?? 0) * 3)
    throw new Problem(409, 'sign_off_reason_required', '实收与净重相差超过 0.3%，请填写原因。')
  sign(made, { quantity: String(wanted.quantity), reason: wanted.reason ?? '' })
  return { json: move(made, 'signed') }
}

/** The queue gets shorter every quarter of a minute, and begins anew. */
function lanes({ person }: Exchange): Reply {
  const turn = Math.floor((Date.now() - BEGAN) / 15_000)
  const left = 5 - (turn % 6)
  const lane = (lane_code: string, name: string, codes: string[], state: Lane['state'], waiting: number): Lane => ({
    ...{ lane_code, name, product_codes: codes, state, loading: state === 'closed' ? 0 : 1, waiting, max_queue: 8 },
  })
  const items = [
    lane('L1', '1 号道', ['NAOH32'], 'open', left),
    lane('L2', '2 号道', ['NAOH32', 'NACLO'], 'open', 2 + (turn % 3)),
    lane('L3', '3 号道', ['HCL31'], 'paused', 1),
    lane('L4', '4 号道', ['CL2'], 'closed', 0),
  ]
  const place = (
    plate_number: string,
    position: number,
    state: QueuePosition['state'],
    lane: string,
  ): QueuePosition => ({
    ...{
      registration_id: REGISTRATIONS[1]?.id ?? '',
      plate_number,
      lane_code: lane,
      lane_name: `${lane.slice(1)} 号道`,
    },
    ...{ position, state, eta_minutes: state === 'waiting' ? position * 12 : null, joined_at: iso(BEGAN - HOUR) },
  })
  const mine = [
    place('闽AD23F7', Math.max(left, 1), left ? 'waiting' : 'called', 'L1'),
    place('闽C88812', 1, 'called', 'L2'),
  ]
  return { json: { items, mine: isNew(person) ? [] : mine, as_of: iso(Date.now() - 2_000), poll_seconds: 5 } }
}

function saveVehicle({ body }: Exchange): Reply {
  const wanted = body as SaveVehicle
  const at = VEHICLES.findIndex((one) => one.plate_number === wanted.plate_number)
  if (wanted.road_permit_no.endsWith('0000'))
    throw new Problem(400, 'invalid_input', '填写的内容有误，请按提示修改。', [
      { field: 'road_permit_no', message: '道路运输证号不正确' },
    ])
  const saved: Vehicle = { ...vehicleOf(wanted), le: 'waiting' }
  if (at >= 0) VEHICLES.splice(at, 1)
  VEHICLES.unshift(saved)
  setTimeout(() => (saved.le = 'done'), 5_000)
  return { json: saved }
}

function savePerson({ body }: Exchange): Reply {
  const wanted = body as SavePerson
  const driver_no = wanted.driver_no ?? String(Date.now()).padStart(32, '0')
  const at = PEOPLE.findIndex((one) => one.driver_no === driver_no)
  const saved: Person = { ...personOf(driver_no, wanted), le: 'waiting' }
  if (at >= 0) PEOPLE.splice(at, 1)
  PEOPLE.unshift(saved)
  setTimeout(() => (saved.le = 'done'), 5_000)
  return { json: saved }
}

function report({ body }: Exchange): Reply {
  const wanted = body as NewReport
  const driver = PEOPLE.find((one) => one.driver_no === wanted.driver_no)
  const made: Report = {
    ...{ id: `01MOCKREP${String(++counter).padStart(17, '0')}`, plate_number: wanted.plate_number, tank_no: null },
    ...{ trailer_plate_number: wanted.trailer_plate_number ?? null, driver_name: driver?.name ?? '' },
    ...{ driver_phone: driver?.phone ?? '', escort_name: null, product_code: wanted.product_code },
    ...{ product_name: nameOf(wanted.product_code), expected_at: wanted.expected_at, created_at: iso(Date.now()) },
    ...{ le: 'waiting', le_problem: null, report_no: null },
  }
  REPORTS.unshift(made)
  setTimeout(() => Object.assign(made, { le: 'done', report_no: 'ER26112600012' }), 4_000)
  return { status: 201, json: made }
}

const plateIn = ({ match }: Exchange): string => decodeURIComponent(match[1] ?? '')
const base = '/api/logistics'
const at = (path: string): RegExp => new RegExp(`^${base}${path}$`)

export const LOGISTICS_ROUTES: [string, RegExp, (exchange: Exchange) => Reply][] = [
  ['GET', at('/orders'), () => ({ json: { items: ORDERS, as_of: iso(Date.now() - 3 * HOUR), stale: true } })],
  ['GET', at('/products'), () => ({ json: { items: PRODUCTS } })],
  ['GET', at('/lanes'), lanes],
  ['GET', at('/registrations'), listed],
  ['POST', at('/registrations'), register],
  ['GET', at('/registrations/([^/]+)'), ({ match }) => ({ json: find(match[1]) })],
  ['POST', at('/registrations/([^/]+)/cancel'), ({ match }) => ({ json: move(find(match[1]), 'cancelled') })],
  ['POST', at('/registrations/([^/]+)/change'), change],
  ['POST', at('/registrations/([^/]+)/sign-off'), signOff],
  ['GET', at('/vehicles'), ({ person }) => ({ json: { items: isNew(person) ? [] : VEHICLES } })],
  ['PUT', at('/vehicles'), saveVehicle],
  [
    'GET',
    at('/vehicles/([^/]+)'),
    (exchange) => ({ json: VEHICLES.find((one) => one.plate_number === plateIn(exchange)) ?? missing() }),
  ],
  [
    'DELETE',
    at('/vehicles/([^/]+)'),
    (exchange) => {
      const found = VEHICLES.findIndex((one) => one.plate_number === plateIn(exchange))
      if (found >= 0) VEHICLES.splice(found, 1)
      return { status: 204 }
    },
  ],
  ['GET', at('/people'), ({ person }) => ({ json: { items: isNew(person) ? [] : PEOPLE } })],
  ['PUT', at('/people'), savePerson],
  [
    'GET',
    at('/people/([^/]+)'),
    ({ match }) => ({ json: PEOPLE.find((one) => one.driver_no === match[1]) ?? missing() }),
  ],
  [
    'DELETE',
    at('/people/([^/]+)'),
    ({ match }) => {
      const found = PEOPLE.findIndex((one) => one.driver_no === match[1])
      if (found >= 0) PEOPLE.splice(found, 1)
      return { status: 204 }
    },
  ],
  [
    'POST',
    at('/photos'),
    () => ({
      status: 201,
      json: {
        ...{ photo_id: `01MOCKPHOTO${String(++counter).padStart(15, '0')}`, url: '/api/mock-upload', fields: {} },
        until: iso(Date.now() + 10 * MINUTE),
      },
    }),
  ],
  ['POST', /^\/api\/mock-upload$/, () => ({ status: 204 })],
  ['POST', at('/reports'), report],
  ['GET', at('/reports'), () => ({ json: { items: REPORTS, next_cursor: null } })],
]
