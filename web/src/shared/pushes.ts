import type { Push } from './api/types'
import type { StatusWord } from './status'

export const PUSH_STATES: Record<Push['state'], StatusWord> = {
  pending: { word: '等待下发', tone: 'waiting' },
  failed: { word: '下发失败', tone: 'failed' },
  done: { word: '已下发', tone: 'ready' },
}

const KINDS: Record<string, string> = {
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
}

/** What a push does, in words; an unknown kind is shown as it came. */
export function pushKind(kind: string): string {
  return KINDS[kind] ?? kind
}

/** The id of the visit a push is about (`visit:<id>`), or `null` for another object. */
export function visitOf(subject: string): string | null {
  const [kind, id] = subject.split(':')
  return kind === 'visit' && id ? id : null
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
  if (error_message && /[\u4e00-\u9fff]/.test(error_message)) return error_message
  if (peer === 'park') return PARK_PROBLEMS[error_code] ?? '园区平台返回错误，请联系系统管理员'
  if (peer === 'wechat') return NOTICE_PROBLEMS[error_code] ?? '微信返回错误，请联系系统管理员'
  return PROBLEMS[error_code] ?? '门禁平台返回错误，请联系系统管理员'
}
