import type {
  Availability,
  HoldName,
  LaneState,
  LeSync,
  PersonRole,
  PlateColour,
  QueuePosition,
  RegistrationKind,
  RegistrationStatus,
  RegistrationStep,
  Validity,
  VehicleKind,
} from './api/logisticsTypes'
import type { StatusWord } from './status'

/** Words and colours of logistics, the same on the phone and in the office. */
export const REGISTRATIONS: Record<RegistrationStatus, StatusWord> = {
  registered: { word: '已登记', tone: 'busy' },
  card_issued: { word: '已发卡', tone: 'busy' },
  queued: { word: '排队中', tone: 'waiting' },
  called: { word: '已叫号', tone: 'ready' },
  entered: { word: '已入厂', tone: 'busy' },
  tared: { word: '已称重', tone: 'busy' },
  loading: { word: '装车中', tone: 'busy' },
  weighed: { word: '已过磅', tone: 'busy' },
  exited: { word: '待签收', tone: 'waiting' },
  signed: { word: '已签收', tone: 'ready' },
  cancelled: { word: '已取消', tone: 'ended' },
  released: { word: '厂方已退卡', tone: 'failed' },
  expired: { word: '已退卡', tone: 'failed' },
  rejected: { word: '未受理', tone: 'failed' },
  empty_out: { word: '空车出厂', tone: 'ended' },
}

const OF_DELIVERY: Partial<Record<RegistrationStatus, StatusWord>> = { loading: { word: '卸车中', tone: 'busy' } }

/** A delivery is unloaded where a pickup is loaded. */
export function statusWord(status: RegistrationStatus, kind: RegistrationKind): StatusWord {
  return (kind === 'delivery' && OF_DELIVERY[status]) || REGISTRATIONS[status]
}

/** Nothing more can happen to it. */
export const CLOSED: ReadonlySet<RegistrationStatus> = new Set<RegistrationStatus>([
  'signed',
  'cancelled',
  'released',
  'expired',
  'rejected',
  'empty_out',
])

/** What the driver should know or do next, one sentence each. */
export const DRIVER_STEP: Record<RegistrationStatus, string> = {
  registered: '登记成功，请按约定时间到厂排队。',
  card_issued: '电子提货卡已发放，请按约定时间到厂排队。',
  queued: '已进入排队，叫号后请到指定车道。',
  called: '请现在开到指定车道。',
  entered: '请按指引过空车磅。',
  tared: '请到车道等待装卸。',
  loading: '正在装卸，请服从现场指挥。',
  weighed: '过磅完成，请出厂；送达后再签收。',
  exited: '送达后请签收实收数量。',
  signed: '这一单已完成。',
  cancelled: '已取消，占用已释放。需要时请重新登记。',
  released: '厂方已结束这次登记，占用已释放。',
  expired: '已退卡，请重新登记。',
  rejected: '物流系统没有受理，请按原因处理后重新登记。',
  empty_out: '空车出厂，没有装卸。',
}

export const KINDS: Record<RegistrationKind, string> = { pickup: '提货', delivery: '送货' }

export const STEPS: Record<RegistrationStep, string> = {
  registered: '登记',
  held: '占用',
  queued: '排队',
  loading: '装车',
  left: '出厂',
  signed: '签收',
}

export const HOLDS: Record<HoldName, StatusWord> = {
  open: { word: '占用中', tone: 'waiting' },
  arrived: { word: '已到厂', tone: 'busy' },
  final: { word: '已过磅', tone: 'busy' },
  settled: { word: '已扣减', tone: 'ended' },
  released: { word: '已释放', tone: 'ended' },
  expired: { word: '已退卡', tone: 'failed' },
}

/** A pushed object and LE. */
export const LE_SYNCS: Record<LeSync, StatusWord> = {
  waiting: { word: '同步中', tone: 'waiting' },
  done: { word: '已同步', tone: 'ready' },
  failed: { word: '同步失败', tone: 'failed' },
}

export const VALIDITIES: Record<Validity, StatusWord> = {
  valid: { word: '有效', tone: 'ready' },
  expiring: { word: '30 天内到期', tone: 'waiting' },
  expired: { word: '已过期', tone: 'failed' },
  suspended: { word: '已停用', tone: 'failed' },
}

export const AVAILABILITIES: Record<Availability, StatusWord> = {
  available: { word: '可提', tone: 'ready' },
  short: { word: '余量不足', tone: 'failed' },
  unconfirmed: { word: '库存未确认', tone: 'waiting' },
  not_needed: { word: '不查库存', tone: 'ended' },
}

export const LANE_STATES: Record<LaneState, StatusWord> = {
  open: { word: '开放', tone: 'ready' },
  paused: { word: '暂停', tone: 'waiting' },
  closed: { word: '关闭', tone: 'ended' },
}

export const QUEUE_STATES: Record<QueuePosition['state'], StatusWord> = {
  waiting: { word: '排队中', tone: 'waiting' },
  called: { word: '已叫号', tone: 'ready' },
  loading: { word: '装卸中', tone: 'busy' },
}

export const VEHICLE_KINDS: Record<VehicleKind, string> = { tractor: '牵引车', trailer: '挂车', rigid: '单体车' }
export const PERSON_ROLES: Record<PersonRole, string> = { driver: '驾驶员', escort: '押运员', both: '驾驶员兼押运员' }
export const PLATE_COLOURS: Record<PlateColour, string> = {
  blue: '蓝牌',
  yellow: '黄牌',
  green: '绿牌',
  yellow_green: '黄绿牌',
}

/** The classes of dangerous goods (GB 6944) that transport companies carry here. */
export const HAZARD_CLASSES: Record<string, string> = {
  '2.1': '易燃气体',
  '2.2': '非易燃无毒气体',
  '2.3': '毒性气体',
  '3': '易燃液体',
  '4.1': '易燃固体',
  '4.2': '自燃物品',
  '4.3': '遇水放出易燃气体',
  '5.1': '氧化性物质',
  '6.1': '毒性物质',
  '8': '腐蚀性物质',
  '9': '杂项危险物质',
}

/** `L2` → `2 号道`, `U1` → `U1 道`; where the lane's own name is known it stands. */
export function laneWords(code: string, name = ''): string {
  const number = /^L0*(\d+)$/.exec(code)?.[1]
  return name || (number ? `${number} 号道` : `${code} 道`)
}
