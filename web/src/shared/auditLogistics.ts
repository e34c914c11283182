/** Words of the audit log for logistics; `audit.ts` knows them beside its own. */
export const ACTIONS: Record<string, string> = {
  registration_released: '手动释放登记',
  registration_reinstated: '恢复登记（车辆已在厂内）',
  registrations_exported: '导出登记',
  product_saved: '修改产品规则',
  holds_repaired: '更正占用合计',
  waiver_added: '批准例外放行',
  waiver_withdrawn: '撤回例外放行',
  waiver_used: '使用例外放行',
  vehicle_filed: '车辆建档',
  vehicle_changed: '修改车辆档案',
  vehicle_kept: '使用已有车辆档案',
  vehicle_let_go: '不再使用车辆档案',
  vehicle_suspended: '停用车辆',
  vehicle_lifted: '恢复车辆',
  vehicle_claim_refused: '证号不符，未能使用车辆档案',
  person_filed: '人员建档',
  person_changed: '修改人员档案',
  person_kept: '使用已有人员档案',
  person_let_go: '不再使用人员档案',
  person_suspended: '停用人员',
  person_lifted: '恢复人员',
  person_forgotten: '清除人员个人信息',
  person_claim_refused: '证号不符，未能使用人员档案',
}

export const SUBJECTS: Record<string, string> = {
  registration: '提送货登记',
  registrations: '提送货登记列表',
  product: '产品',
  waiver: '例外放行',
  vehicle: '车辆',
  person: '司机或押运员',
  report: '入场报备',
}

export const FIELDS: Record<string, string> = {
  name: '名称',
  hazardous: '危险化学品',
  hazard_class: '危险类别',
  un_no: 'UN 号',
  keeps_stock: '提货查库存',
  threshold: '库存阈值（吨）',
  hold_minutes: '占用时限（分钟）',
  warn_minutes: '提前提醒（分钟）',
  in_use: '启用',
  held: '占用合计（吨）',
  codes: '检查',
  valid_until: '有效期至',
  keepers: '使用人数',
  vehicle_kind: '车辆类型',
  photos: '照片数',
  suspended_reason: '停用原因',
  role: '身份',
  road_permit_no: '道路运输证号',
  road_permit_expiry: '道路运输证到期',
  road_permit_classes: '经营范围',
  inspection_expiry: '年检到期',
  approved_load_kg: '核定载质量（千克）',
  tank_no: '罐号',
  tank_inspection_expiry: '罐检到期',
  permitted_cargo: '适装介质',
  licence_class: '准驾车型',
  licence_expiry: '驾驶证到期',
  qualification_expiry: '从业资格到期',
  qualification_classes: '从业资格类别',
  product_code: '产品',
  plate_number: '车牌',
  searched: '按文字查找',
  product: '产品',
  first: '登记日期起',
  last: '登记日期止',
}

export const VALUES: Record<string, string> = {
  pickup: '提货',
  delivery: '送货',
  registered: '已登记',
  card_issued: '已发卡',
  queued: '排队中',
  called: '已叫号',
  entered: '已入厂',
  tared: '已称重',
  loading: '装车中',
  weighed: '已过磅',
  exited: '待签收',
  signed: '已签收',
  released: '厂方已退卡',
  rejected: '未受理',
  empty_out: '空车出厂',
  tractor: '牵引车',
  trailer: '挂车',
  rigid: '单体车',
  driver: '驾驶员',
  escort: '押运员',
  both: '驾驶员兼押运员',
}

/** Page of the office where a logistics object can be looked at; a person has none without the phone. */
export function placeOf(kind: string, id: string): { path: string; query: Record<string, string> } | null {
  const at = (page: string, query: Record<string, string>) => ({ path: `/admin/logistics/${page}`, query })
  if (kind === 'registration') return at('registrations', { registration: id })
  if (kind === 'product') return at(`stock/${id}`, {})
  if (kind === 'vehicle') return at('vehicles', { search: id, vehicle: id })
  if (kind === 'person') return at('people', {})
  if (kind === 'waiver') return at('waivers', {})
  if (kind === 'report') return at('reports', {})
  return null
}
