import type { OfficeRegistration } from '../src/shared/api/logisticsTypes'
import type {
  Board,
  LaneDay,
  OfficePerson,
  OfficeVehicle,
  SeriesPoint,
  SettingsChange,
  Stock,
  Waiver,
} from '../src/shared/api/logisticsOfficeTypes'

const PICTURE =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E%3Crect width='4' height='3' fill='%2397a6af'/%3E%3C/svg%3E"
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
export const iso = (fromNow = 0): string => new Date(Date.now() + fromNow).toISOString()
export const dayOf = (fromNow: number): string => iso(fromNow + 8 * HOUR).slice(0, 10)
const tonnes = (kilograms: number): string => (kilograms / 1000).toFixed(3)

/* ---- products ---- */
type Given = Partial<Stock> & Pick<Stock, 'code' | 'name'>
const product = (given: Given): Stock => ({
  ...{ hazardous: true, hazard_class: '8', un_no: '1824', keeps_stock: true, in_use: true, threshold: '60.000' },
  ...{ hold_minutes: 240, warn_minutes: 30, version: 3, held: '0.000', stock: null, free: null },
  ...{ measured_at: iso(-40_000), problem: null },
  ...given,
})
export const STOCKS: Stock[] = [
  product({
    code: 'NAOH32',
    name: '32% 液碱',
    stock: '539.350',
    held: '187.420',
    threshold: '60.000',
    free: '291.930',
  }),
  product({ code: 'NAOH50', name: '50% 液碱', stock: '128.000', held: '90.000', threshold: '30.000', free: '8.000' }),
  product({
    code: 'HCL31',
    name: '31% 盐酸',
    un_no: '1789',
    stock: '82.500',
    held: '64.200',
    threshold: '25.000',
    free: '-6.700',
  }),
  product({
    code: 'CL2',
    name: '液氯',
    un_no: '1017',
    hazard_class: '2.3',
    problem: 'no_tank_counts',
    held: '22.000',
    measured_at: iso(-47 * MINUTE),
  }),
  product({
    code: 'NACLO10',
    name: '10% 次氯酸钠',
    un_no: '1791',
    stock: '210.000',
    held: '0.000',
    threshold: '20.000',
    free: '190.000',
  }),
  product({
    code: 'NACL',
    name: '工业盐',
    hazardous: false,
    hazard_class: '',
    un_no: '',
    keeps_stock: false,
    threshold: '0.000',
    measured_at: null,
  }),
]
export const HISTORY: SettingsChange[] = [
  {
    ...{ at: iso(-2 * DAY), by: '黄志强', reason: '年底检修，罐底多留一些' },
    ...{ before: { threshold: '40.000', hold_minutes: '240' }, after: { threshold: '60.000', hold_minutes: '240' } },
  },
  {
    ...{ at: iso(-20 * DAY), by: '郑丽华', reason: '司机反映排队时间不够' },
    ...{ before: { hold_minutes: '120', warn_minutes: '15' }, after: { hold_minutes: '240', warn_minutes: '30' } },
  },
  {
    at: iso(-60 * DAY),
    by: '系统命令',
    reason: '初始设置',
    before: null,
    after: { threshold: '40.000', in_use: 'true' },
  },
]
export const TANKS = [
  ...[
    { tank_no: 'T-301', mass: '339.350', available: '319.350', status: 'in_service', quality: 'good', counts: true },
    { tank_no: 'T-302', mass: '240.000', available: '220.000', status: 'in_service', quality: 'good', counts: true },
    { tank_no: 'T-303', mass: '120.400', available: '0.000', status: 'receiving', quality: 'good', counts: false },
    {
      tank_no: 'T-304',
      mass: '18.000',
      available: '0.000',
      status: 'maintenance',
      quality: 'uncertain',
      counts: false,
    },
  ].map((tank, at) => ({ ...tank, tank_area: '碱罐区', measured_at: iso(-30_000 - at * 20_000) })),
]

/** A sample every few minutes between two days; a gap where MES did not answer. */
export function seriesOf(first: string, last: string): SeriesPoint[] {
  const from = Date.parse(`${first}T00:00:00+08:00`)
  const to = Math.min(Date.now(), Date.parse(`${last}T00:00:00+08:00`) + DAY)
  const step = Math.max(2 * MINUTE, (to - from) / 700)
  const points: SeriesPoint[] = []
  for (let at = from; at < to; at += step) {
    const hour = (at / HOUR) % 24
    const stock = 520 - ((at / HOUR) % 40) * 5 + (hour > 16 ? 90 : 0)
    const held = 60 + 55 * (1 + Math.sin(at / (3 * HOUR))) + (Math.floor(at / HOUR) % 3) * 30
    const isGap = hour > 3 && hour < 3.4
    points.push({
      at: new Date(at).toISOString(),
      stock: isGap ? null : stock.toFixed(3),
      held: held.toFixed(3),
      threshold: at < Date.now() - 2 * DAY ? '40.000' : '60.000',
    })
  }
  return points
}

/* ---- registrations ---- */
const STATES = [
  'registered',
  'card_issued',
  'queued',
  'called',
  'entered',
  'loading',
  'weighed',
  'exited',
  'signed',
  'expired',
  'released',
  'rejected',
  'cancelled',
  'empty_out',
] as const
type Status = (typeof STATES)[number]
const PLATES = ['闽A12345', '闽AD12345', '闽B6K218', '闽A90877', '闽K33019', '赣A5P660', '闽C81276']
const DRIVERS = ['陈国栋', '林志强', '吴建明', '黄庆生', '郑文斌', '欧阳修文', '张德发']
const BEFORE_ARRIVAL: readonly Status[] = ['registered', 'card_issued']
const GONE: readonly Status[] = ['expired', 'released', 'rejected', 'cancelled', 'empty_out']
const WEIGHED: readonly Status[] = ['weighed', 'exited', 'signed']

function holdOf(status: Status, quantity: string, at: number): OfficeRegistration['hold'] {
  const expires = iso(at % 3 === 0 ? 14 * MINUTE : 2.6 * HOUR)
  if (BEFORE_ARRIVAL.includes(status)) return { state: 'open', quantity, expires_at: expires, warn_at: iso(HOUR) }
  const state =
    status === 'signed'
      ? 'settled'
      : status === 'expired'
        ? 'expired'
        : GONE.includes(status)
          ? 'released'
          : WEIGHED.includes(status)
            ? 'final'
            : 'arrived'
  return { state, quantity, expires_at: null, warn_at: null }
}

function registration(at: number): OfficeRegistration {
  const status = STATES[at % STATES.length] ?? 'registered'
  const isDelivery = at % 9 === 5
  const kilograms = 20_000 + (at % 5) * 3500
  const net = WEIGHED.includes(status) ? tonnes(kilograms - 140) : null
  const sold = STOCKS[at % 3] ?? (STOCKS[0] as Stock)
  const isOpen = !GONE.includes(status) && status !== 'signed'
  const created = -at * 47 * MINUTE - 20 * MINUTE
  return {
    id: `01REG${String(at).padStart(21, '0')}`,
    kind: isDelivery ? 'delivery' : 'pickup',
    status,
    step: GONE.includes(status) ? null : 'registered',
    product_code: isDelivery ? 'NACL' : sold.code,
    product_name: isDelivery ? '工业盐' : sold.name,
    customer_name: at % 2 ? '福州恒泰化工有限公司' : '莆田新材料科技股份有限公司',
    lines: [
      { order_no: `SO20261100${at}`, line_no: '10', quantity: tonnes(kilograms) },
      ...(at % 4 === 1 ? [{ order_no: `SO20261101${at}`, line_no: '20', quantity: '5.000' }] : []),
    ],
    quantity: tonnes(kilograms),
    net,
    plate_number: PLATES[at % PLATES.length] ?? '',
    trailer_plate_number: at % 3 ? '闽A1234挂' : null,
    driver: { driver_no: 'd'.repeat(32), name: DRIVERS[at % DRIVERS.length] ?? '', phone: `138000${10_000 + at}` },
    escort: at % 2 ? { driver_no: 'e'.repeat(32), name: '许文辉', phone: '13900002222' } : null,
    waybill_no: at % 2 ? `E3501${20_261_100 + at}` : null,
    arrive_from: iso(created + HOUR),
    arrive_to: iso(created + 4 * HOUR),
    expires_at: BEFORE_ARRIVAL.includes(status) ? iso(at % 3 === 0 ? 14 * MINUTE : 2.6 * HOUR) : null,
    warn_at: BEFORE_ARRIVAL.includes(status) ? iso(at % 3 === 0 ? -MINUTE : HOUR) : null,
    hold: isDelivery ? null : holdOf(status, net ?? tonnes(kilograms), at),
    le: status === 'rejected' ? 'failed' : at < 2 ? 'waiting' : 'done',
    le_problem: status === 'rejected' ? '该车辆已有未完成的登记' : null,
    registration_no: at < 2 ? null : `R26112500${at}`,
    card_no: at < 2 ? null : `C00${at}`,
    card_returned: GONE.includes(status),
    queue_no: isOpen && !BEFORE_ARRIVAL.includes(status) ? `A0${at}` : null,
    lane_code: isOpen && !BEFORE_ARRIVAL.includes(status) ? 'L2' : null,
    reason: status === 'released' ? '司机电话说明车辆故障' : status === 'rejected' ? '该车辆已有未完成的登记' : null,
    recheck:
      status === 'called'
        ? [
            {
              code: 'driver_licence_expired',
              subject: '黄庆生',
              message: '黄庆生的驾驶证已于 2026-11-24 到期，请更新档案。',
            },
          ]
        : [],
    can_cancel: false,
    can_change: false,
    can_sign_off: false,
    allowed_difference: null,
    created_at: iso(created),
    version: 4,
    events: [
      { at: iso(created), name: 'registered', text: '登记提货，占用库存' },
      ...(at < 2 ? [] : [{ at: iso(created + 2 * MINUTE), name: 'card_issued', text: '物流系统已发卡' }]),
      ...(status === 'released'
        ? [{ at: iso(created + HOUR), name: 'released', text: '厂方手动释放：司机电话说明车辆故障' }]
        : []),
    ],
    sign_off:
      status === 'signed'
        ? {
            ...{ quantity: tonnes(kilograms - 200), net, difference: '-0.060', reason: '卸车后罐内有残留' },
            ...{ signed_at: iso(-HOUR), photos: [PICTURE, PICTURE], document_no: 'DN80012345', le: 'done' },
          }
        : null,
    owner_name: '闽通物流调度',
    can_release: isOpen && !WEIGHED.includes(status),
    waived: at === 4 ? ['vehicle_inspection_expired'] : [],
  }
}
export const REGISTRATIONS: OfficeRegistration[] = Array.from({ length: 46 }, (_unused, at) => registration(at))

/* ---- waivers ---- */
export const WAIVERS: Waiver[] = [
  {
    used_by: null,
    withdrawn: false,
    codes: ['vehicle_inspection_expired'],
    reason: '年检已过检，新证明天到，已看检测报告',
    until: DAY,
  },
  {
    used_by: '01REG000000000000000000004',
    withdrawn: false,
    codes: ['waybill_missing', 'waybill_quantity_differs'],
    reason: '运单平台维护，纸质运单已核对',
    until: -DAY,
  },
  { used_by: null, withdrawn: true, codes: ['driver_qualification_expired'], reason: '写错车牌，撤回', until: DAY },
  {
    used_by: null,
    withdrawn: false,
    codes: ['overload'],
    reason: '核载量录入有误，已通知车队更正档案',
    until: -3 * DAY,
  },
].map(({ until, ...rest }, at) => ({
  ...{ id: `01WAIVER${String(at).padStart(18, '0')}`, plate_number: PLATES[at] ?? '', by: '郑丽华' },
  ...{ created_at: iso(-(at + 1) * 8 * HOUR), valid_until: iso(until) },
  ...rest,
}))

/* ---- lanes ---- */
const QUEUED = [
  ['闽A1***5', '闽B6***8', '赣A5***0', '闽C8***6', '闽K3***9'],
  ['闽AD1***5', '闽A9***7'],
  [],
  ['闽A7***1'],
]
export function board(): Board {
  const lane = (
    lane_code: string,
    name: string,
    products: string[],
    state: 'open' | 'paused' | 'closed',
    at: number,
  ) => {
    const plates = QUEUED[at] ?? []
    const queue = plates.map((plate_masked, place) => ({
      ...{ position: place + 1, plate_masked, joined_at: iso(-(place + 2) * 17 * MINUTE) },
      state: place === 0 ? ('loading' as const) : place === 1 ? ('called' as const) : ('waiting' as const),
      eta_minutes: place ? place * 25 : null,
    }))
    const loading = queue.filter((entry) => entry.state === 'loading').length
    return {
      lane_code,
      name,
      product_codes: products,
      state,
      loading,
      waiting: queue.length - loading,
      max_queue: 8,
      queue,
    }
  }
  return {
    items: [
      lane('L1', '1 号液碱鹤位', ['NAOH32', 'NAOH50'], 'open', 0),
      lane('L2', '2 号盐酸鹤位', ['HCL31'], 'open', 1),
      lane('L3', '3 号液氯鹤位', ['CL2'], 'paused', 2),
      lane('L4', '4 号卸盐口', ['NACL'], 'closed', 4),
    ],
    as_of: iso(process.env['MOCK_LANES_OLD'] ? -95_000 : -4_000),
    poll_seconds: 5,
  }
}
export const THROUGHPUT: LaneDay[] = Array.from({ length: 14 }, (_unused, day) =>
  ['L1', 'L2', 'L3'].map((lane_code, at) => {
    const trucks = (day * 3 + at * 5) % 9
    return { day: dayOf(-day * DAY), lane_code, trucks, net: tonnes(trucks * 28_400) }
  }),
).flat()

/* ---- archive ---- */
const expiry = (certificate: string, name: string, days: number) => ({
  certificate,
  name,
  last_day: dayOf(days * DAY),
  days_left: days,
})
const worst = (days: number): 'valid' | 'expiring' | 'expired' =>
  days < 0 ? 'expired' : days <= 30 ? 'expiring' : 'valid'
const LES = ['done', 'done', 'waiting', 'done', 'failed'] as const

export const VEHICLES: OfficeVehicle[] = [...PLATES, '闽A1234挂', '闽B9012挂'].map((plate, at) => {
  const isTrailer = plate.endsWith('挂')
  const days = [200, 12, -3, 88, 320, 25, 150, 61, 9][at] ?? 100
  const tank = isTrailer || at % 3 === 0
  return {
    ...{ id: plate, plate_number: plate, plate_colour: at === 1 ? ('green' as const) : ('yellow' as const) },
    kind: isTrailer ? ('trailer' as const) : tank ? ('rigid' as const) : ('tractor' as const),
    road_permit_no: `闽交运管许可3501${10_000 + at}号`,
    road_permit_expiry: dayOf(300 * DAY),
    road_permit_classes: ['8', '2.3'],
    inspection_expiry: dayOf(days * DAY),
    approved_load: '31.500',
    tank: tank
      ? {
          tank_no: `G-${7700 + at}`,
          volume_m3: '28.50',
          inspection_expiry: dayOf(180 * DAY),
          permitted_cargo: ['NAOH32', 'NAOH50'],
        }
      : null,
    photos:
      at % 2
        ? []
        : [
            { id: `p${at}`, url: PICTURE },
            { id: `q${at}`, url: PICTURE },
          ],
    validity: at === 4 ? ('suspended' as const) : worst(days),
    expiries: [
      expiry('inspection', '年检', days),
      ...(tank ? [expiry('tank_inspection', '罐体检验', 180)] : []),
      expiry('road_permit', '道路运输证', 300),
    ],
    suspended_reason: at === 4 ? '两次未按规定路线行驶，整改中' : null,
    le: LES[at % LES.length] ?? 'done',
    le_problem: at % LES.length === 4 ? '物流系统认为证件号格式不符，请核对道路运输证号' : null,
    last_used_at: at % 4 === 3 ? null : iso(-at * 9 * HOUR),
    updated_at: iso(-at * 3 * DAY),
    version: at + 1,
    kept_by: at % 2 ? ['闽通物流调度'] : ['闽通物流调度', '林志强'],
  }
})

export const PEOPLE: OfficePerson[] = DRIVERS.map((name, at) => {
  const days = [400, 21, 90, -1, 600, 45, 7][at] ?? 100
  return {
    ...{ id: `${at}`.repeat(32), driver_no: `${at}`.repeat(32), name, phone: `1380000${1000 + at}` },
    role: (['driver', 'both', 'escort'] as const)[at % 3] ?? 'driver',
    id_number_masked: '350***********123X',
    licence_class: at % 3 === 2 ? '' : 'A2',
    licence_expiry: at % 3 === 2 ? null : dayOf(900 * DAY),
    qualification_no: `35010${20_000 + at}`,
    qualification_expiry: dayOf(days * DAY),
    qualification_classes: ['8', '2.3'],
    photos: at % 2 ? [{ id: `p${at}`, url: PICTURE }] : [],
    validity: at === 5 ? ('suspended' as const) : worst(days),
    expiries: [
      expiry('qualification', '从业资格证', days),
      ...(at % 3 === 2 ? [] : [expiry('licence', '驾驶证', 900)]),
    ],
    suspended_reason: at === 5 ? '厂内吸烟' : null,
    le: LES[at % LES.length] ?? 'done',
    le_problem: at % LES.length === 4 ? '物流系统没有答复' : null,
    last_used_at: at % 4 === 3 ? null : iso(-at * 9 * HOUR),
    updated_at: iso(-at * 3 * DAY),
    version: at + 1,
    kept_by: ['闽通物流调度'],
  }
})

export const REPORTS = Array.from({ length: 9 }, (_unused, at) => ({
  ...{ id: `01REPORT${String(at).padStart(18, '0')}`, plate_number: PLATES[at % PLATES.length] ?? '' },
  ...{ trailer_plate_number: at % 2 ? '闽A1234挂' : null, tank_no: at % 2 ? 'G-7707' : null },
  ...{
    driver_name: DRIVERS[at % DRIVERS.length] ?? '',
    driver_phone: `1380000${1000 + at}`,
    escort_name: at % 3 ? '许文辉' : null,
  },
  ...{
    product_code: 'NAOH32',
    product_name: '32% 液碱',
    expected_at: iso((3 - at) * 5 * HOUR),
    created_at: iso(-at * 6 * HOUR),
  },
  ...{
    le: LES[at % LES.length],
    le_problem: at % LES.length === 4 ? '物流系统里没有这辆车' : null,
    report_no: at % 5 === 2 ? null : `RP2611${at}`,
  },
}))
