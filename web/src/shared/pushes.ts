import type { Push } from './api/types'
import { subjectPlace } from './audit'
import { CANTEEN_PEERS, canteenProblem, KINDS as CANTEEN_KINDS } from './pushesCanteen'
import type { StatusWord } from './status'

export const PUSH_STATES: Record<Push['state'], StatusWord> = {
  pending: { word: '等待下发', tone: 'waiting' },
  failed: { word: '下发失败', tone: 'failed' },
  done: { word: '已下发', tone: 'ready' },
}

/** The outside systems in the order in which the office looks at them. */
export const PEERS = [
  { value: 'gate', text: '门禁平台' },
  { value: 'park', text: '园区平台' },
  { value: 'le', text: '物流系统' },
  { value: 'canteen', text: '食堂' },
  { value: 'pay', text: '微信支付' },
  { value: 'export', text: '导出' },
  { value: 'wechat', text: '微信通知' },
] as const

const KINDS: Record<string, string> = {
  ...CANTEEN_KINDS,
  'visit.register': '登记访客',
  'visit.rights': '核对闸机权限',
  'visit.download_again': '重新下发到闸机',
  'visit.revoke': '撤销访客权限',
  'passages.read': '核对通行记录',
  'park.register': '报送园区',
  'park.change': '更新园区登记',
  'park.cancel': '撤销园区登记',
  'park.read': '等待园区审核',
  visit_approved: '通知：审核通过',
  visit_refused: '通知：审核未通过',
  visit_ready: '通知：可通行',
  visit_gate_failed: '通知：下发失败',
  visit_arrived: '通知被访人：访客已入厂',
  'le.vehicle': '同步车辆档案',
  'le.person': '同步人员档案',
  'le.report': '报送入场报备',
  'le.register': '报送登记',
  'le.change': '更改登记',
  'le.give_back': '取消登记并退卡',
  'le.sign_off': '报送签收',
  hold_expiring: '通知：登记即将到时限',
  hold_expired: '通知：已退卡',
  truck_called: '通知：请进车道',
  registration_ended: '通知：登记未受理或被释放',
  certificate_expiring: '通知：证件将到期',
}

/** What a push does, in words; an unknown kind is shown as it came. */
export function pushKind(kind: string): string {
  return KINDS[kind] ?? kind
}

/** What a push or notice is about, as a link to its page; an object without a page is shown as it came. */
export function subjectLink(
  subject: string,
): { text: string; to: { path: string; query: Record<string, string> } } | null {
  const to = subjectPlace(subject)
  const text = LINKS[subject.split(':')[0] ?? '']
  return to && text ? { text, to } : null
}

const LINKS: Record<string, string> = {
  visit: '查看预约',
  registration: '查看登记',
  vehicle: '查看车辆',
  person: '查看人员档案',
  report: '查看入场报备',
  topup: '查看充值',
  binding: '查看餐卡用户',
}

/** What went wrong with a push and what to do, for the codes an office can act on. */
const PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上门禁平台，系统会自动重试',
  peer_not_trusted: '门禁平台的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到门禁平台的答复，系统会先核对结果再重试',
  answer_unreadable: '门禁平台的答复无法识别，系统会先核对结果再重试',
  peer_failed: '门禁平台内部出错，系统会自动重试',
  peer_busy: '门禁平台繁忙，系统会自动重试',
  wrong_address: '门禁平台没有这个接口，请联系系统管理员检查配置',
  gate_credentials_refused: '门禁平台拒绝了接入凭据，请联系系统管理员检查密钥',
  gate_not_authorised: '门禁平台没有开放此接口的权限，请联系平台管理员授权',
  gate_request_invalid: '门禁平台认为内容不符合要求，请核对访客信息',
  gate_resource_missing: '门禁平台上没有所需的人员、权限组或设备，请联系平台管理员',
  gate_licence_exhausted: '门禁平台的授权不足，请联系平台管理员',
  host_unknown: '门禁平台里没有这位被访人，请核对手机号或工号',
  host_ambiguous: '这个手机号在门禁平台里对应多人，请补充工号后重新预约',
  already_registered: '这位访客在该时段已有登记',
  end_not_in_future: '预约时间已过，请访客重新预约',
  predecessor_not_revoked: '修改前的通行权限还没有收回：先重试那条撤销，再重试这一条',
  rights_failed: '部分闸机没有接收通行权限，排除故障后可在预约详情里重新下发',
  rights_late: '闸机迟迟没有收到通行权限，排除故障后可在预约详情里重新下发',
  face_unreachable: '暂时读不到人脸照片，系统会自动重试；仍读不到就不带照片登记',
}

/** The same for the park's platform. */
const PARK_PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上园区平台，系统会自动重试',
  peer_not_trusted: '园区平台的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到园区平台的答复，系统会自动重发，不会重复登记',
  answer_unreadable: '园区平台的答复无法识别，系统会自动重发，不会重复登记',
  peer_failed: '园区平台内部出错，系统会自动重试',
  peer_busy: '园区平台繁忙，系统会自动重试',
  park_in_progress: '园区平台正在处理，系统会自动重试',
  wrong_address: '园区平台没有这个接口，请联系系统管理员检查配置',
  park_credentials_refused: '园区平台拒绝了接入凭据，请联系系统管理员检查密钥和时间',
  park_not_authorised: '园区平台没有开放此接口的权限，请联系园区管委会',
  park_request_invalid: '园区平台认为内容不符合要求，请核对访客信息',
  park_visit_unknown: '园区平台上没有这条登记，请联系园区管委会',
  park_state_conflict: '园区平台上这条登记的状态已变化，请联系园区管委会核对',
  park_declined: '园区没有受理，原因见预约详情；处理后可立即重试',
}

/** The same for the plant's logistics system. */
const LE_PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上物流系统，系统会自动重试',
  peer_not_trusted: '物流系统的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到物流系统的答复，系统会自动重发，不会重复办理',
  answer_unreadable: '物流系统的答复无法识别，系统会自动重发，不会重复办理',
  peer_failed: '物流系统内部出错，系统会自动重试',
  peer_busy: '物流系统繁忙，系统会自动重试',
  wrong_address: '物流系统没有这个接口，请联系系统管理员检查配置',
  le_credentials_refused: '物流系统拒绝了接入凭据，请联系系统管理员检查密钥和时间',
  le_not_authorised: '物流系统没有开放此接口或本厂区的权限，请联系物流系统管理员',
  le_request_invalid: '物流系统认为内容不符合要求，请核对后由司机重新提交',
  le_in_progress: '物流系统正在处理，系统会自动重试',
  le_key_reused: '物流系统认为请求编号重复，请联系系统管理员',
  le_registration_unknown: '物流系统里没有这条登记，请联系物流系统管理员核对',
  le_state_conflict: '物流系统里这条登记的状态已变化，请打开登记核对后再重试',
  le_card_mismatch: '卡号与登记不符，请在物流系统中核对并退卡',
  le_signed_otherwise: '物流系统里已按另一数量签收，请与现场核对',
  le_order_unknown: '物流系统里没有这个订单或订单行，请司机刷新订单后重新登记',
  le_order_closed: '订单已关闭，请与销售核对，司机需换订单重新登记',
  le_order_blocked: '订单已冻结，请与销售核对后再重试',
  le_order_not_valid: '到厂时间不在订单有效期内，请司机改时间后重新登记',
  le_quantity_exceeds_open: '登记数量超过订单余量，请司机减少数量后重新登记',
  le_product_mismatch: '订单行不是这种货物，请司机刷新订单后重新登记',
  le_type_mismatch: '订单类型与提货/送货不符，请司机换订单重新登记',
  le_vehicle_unknown: '物流系统里还没有这辆车的档案，请先处理该车的档案推送',
  le_vehicle_expired: '车辆已停用或证件已过期，请司机更新车辆档案后重新登记',
  le_driver_unknown: '物流系统里还没有这位司机或押运员，请先处理其档案推送',
  le_driver_expired: '司机或押运员已停用或证件已过期，请更新人员档案后重新登记',
  le_plate_busy: '这辆车在物流系统里还有未完成的登记，请先在物流系统中处理',
  le_difference_reason_required: '签收差异较大，需要填写原因，请联系司机',
  archive_missing: '档案已不存在，无需再推送',
  registration_missing: '登记已不存在，请联系系统管理员',
  report_missing: '报备已不存在，无需再推送',
  signature_missing: '没有可报送的签收，请打开登记核对',
}

/** The same for messages to users. */
const NOTICE_PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上微信，系统会自动重试',
  peer_not_trusted: '微信的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到微信的答复，系统会在十分钟内核对重发',
  answer_unreadable: '微信的答复无法识别，系统会在十分钟内核对重发',
  peer_failed: '微信内部出错，系统会自动重试',
  peer_busy: '微信接口繁忙，系统会自动重试',
  wechat_quota_exhausted: '今日模板消息次数已用完；系统会自动重试，次日恢复',
  wechat_not_following: '对方没有关注公众号，收不到消息；急事请电话告知，关注公众号后可收到以后的通知',
  wechat_notice_declined: '对方拒收这类消息；急事请电话告知，对方可在公众号的设置里恢复接收',
  wechat_user_blocked: '对方拒收本公众号的消息；急事请电话告知，对方可在公众号的设置里恢复接收',
  wechat_system_failed: '微信没有投递成功；急事请电话告知',
  wechat_template_unknown: '公众号里没有这个模板；请系统管理员核对参数 WechatTemplates，再在推送中重试',
  wechat_template_invalid: '消息内容与模板的关键词不符，请核对模板',
  wechat_template_blocked: '微信限制了模板消息，请登录公众平台查看',
  wechat_credentials_refused: '微信拒绝了公众号的密钥，请联系系统管理员',
  wechat_address_not_allowed: '服务器地址不在公众号的 IP 白名单内，请联系系统管理员',
  wechat_account_banned: '公众号已被微信限制，请登录公众平台查看',
  wechat_not_authorised: '公众号没有模板消息权限，请联系系统管理员',
  wechat_grant_invalid: '微信不认识这位用户',
  wechat_token_rejected: '微信凭证暂不可用，系统会自动重试',
  wechat_token_busy: '正在更新微信凭证，系统会自动重试',
  notice_maybe_sent: '可能已送达；为避免重复打扰，不再发送',
  notice_switched_off: '这类通知没有设置模板编号，已关闭',
  notice_nobody: '用户不存在或已停用',
}

type Trouble = Pick<Push, 'error_code' | 'error_message'> & { peer?: string }

export function pushProblem({ peer, error_code, error_message }: Trouble): string {
  if (error_code === null) return '—'
  if (peer === 'le') return leProblem(error_code, error_message)
  if (peer && peer in CANTEEN_PEERS) return canteenProblem(peer, error_code, error_message)
  if (error_message && /[\u4e00-\u9fff]/.test(error_message)) return error_message
  if (peer === 'park') return PARK_PROBLEMS[error_code] ?? '园区平台返回错误，请联系系统管理员'
  if (peer === 'wechat') return NOTICE_PROBLEMS[error_code] ?? '微信返回错误，请联系系统管理员'
  return PROBLEMS[error_code] ?? '门禁平台返回错误，请联系系统管理员'
}

/** Our words with what to do come first; LE's own sentence where we have none. */
function leProblem(code: string, sentence: string | null): string {
  const said = sentence && /[\u4e00-\u9fff]/.test(sentence) ? `物流系统：${sentence}` : null
  return LE_PROBLEMS[code] ?? said ?? '物流系统没有受理，请联系物流系统管理员'
}
