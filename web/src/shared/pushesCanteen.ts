/** Words of the pushes to the canteen and to WeChat Pay, and of long exports; `pushes.ts` knows them beside its own. */
export const KINDS: Record<string, string> = {
  'topup.credit': '充值入账',
  'topup.refund': '退款',
  'card.loss': '挂失',
  'card.found': '解除挂失',
  'export.write': '写入导出文件',
  top_up_credited: '通知：充值到账',
  top_up_refunded: '通知：充值已退款',
  card_lost: '通知：挂失或解挂完成',
  binding_moved: '通知：餐卡绑定变化',
}

/** What went wrong with a push to the canteen and what to do, for the codes an office can act on. */
export const CANTEEN_PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上食堂系统，系统会自动重试',
  peer_not_trusted: '食堂系统的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到食堂系统的答复，系统会先查询结果再重试，不会重复入账',
  answer_unreadable: '食堂系统的答复无法识别，系统会先查询结果再重试，不会重复入账',
  peer_failed: '食堂系统内部出错，系统会自动重试',
  peer_busy: '食堂系统繁忙，系统会自动重试',
  wrong_address: '食堂系统没有这个接口，请联系系统管理员检查配置',
  canteen_credentials_refused: '食堂系统拒绝了接入凭据，请联系系统管理员检查密钥和服务器时间',
  canteen_not_authorised: '食堂系统没有开放此接口，请联系餐卡系统管理员授权',
  canteen_request_invalid: '食堂系统认为内容不符合要求，请联系系统管理员',
  canteen_not_found: '食堂系统里没有这个账户或这张卡，请到食堂办卡处核对',
  canteen_state_conflict: '食堂系统里的状态已变化，请核对后再重试',
  canteen_key_reused: '食堂系统里这个单号已用于另一笔充值，请与食堂核对',
  canteen_in_progress: '食堂系统正在处理上一次请求，系统会自动重试',
  canteen_processing: '食堂系统还在处理，系统会自动查询结果',
  canteen_counter_only: '解除挂失须本人到食堂办卡处办理',
  canteen_card_cancelled: '这张卡已注销，无需再推送',
  canteen_account_unknown: '食堂系统里没有这个账户，款项会自动退回',
  canteen_account_closed: '餐卡账户已销户，款项会自动退回',
  canteen_account_frozen: '餐卡账户已冻结，款项会自动退回',
  canteen_balance_limit: '充值后余额超过食堂系统的上限，款项会自动退回',
  canteen_not_askable: '此食堂系统不能查询单笔充值，请到食堂系统核对',
  canteen_licence_exhausted: '食堂系统的授权不足，请联系平台管理员',
  canteen_declined: '食堂没有受理，原因见充值详情',
  canteen_rejected: '食堂没有受理，未说明原因',
  refund_decided: '已决定退款，不再通知食堂入账',
  top_up_missing: '充值单已不存在，请联系系统管理员',
}

/** The same for refunds at WeChat Pay. */
export const PAY_PROBLEMS: Record<string, string> = {
  peer_unreachable: '暂时连接不上微信支付，系统会自动重试',
  peer_not_trusted: '微信支付的证书未通过校验，请联系系统管理员',
  answer_lost: '没有收到微信支付的答复，系统会以同一退款单号重试，不会重复退款',
  answer_unreadable: '微信支付的答复无法识别，系统会以同一退款单号重试，不会重复退款',
  peer_failed: '微信支付内部出错，系统会自动重试',
  peer_busy: '微信支付繁忙，系统会自动重试',
  wrong_address: '微信支付没有这个接口，请联系系统管理员检查配置',
  pay_credentials_refused: '微信支付拒绝了商户签名，请联系系统管理员检查商户证书序列号、私钥和服务器时间',
  pay_not_authorised: '商户号没有开通退款，请联系系统管理员在商户平台开通',
  pay_merchant_invalid: '商户号不可用，或没有与公众号绑定，请联系系统管理员',
  pay_request_invalid: '微信支付认为内容不符合要求，请联系系统管理员',
  pay_number_used: '微信支付里这个退款单号已用于另一笔，请联系系统管理员核对',
  pay_record_unknown: '微信支付没有这笔订单或退款，请联系系统管理员核对',
  pay_balance_insufficient: '商户号余额不足，请财务给商户号充值，系统会继续退款',
  pay_user_account_abnormal: '用户的微信支付账户异常，请联系用户另行退款',
  pay_declined: '微信支付没有受理，请在商户平台查看原因',
  pay_answer_not_genuine: '微信支付的答复未通过验签，系统会自动重试；一直出现请联系系统管理员检查平台公钥或证书',
  refund_settling: '微信支付正在办理退款，系统会自动查询结果',
  refund_abnormal: '用户的银行卡未能接收退款，请在微信支付商户平台处理异常退款',
  refund_waits_for_canteen: '等待确认食堂没有入账后再退款，系统会自动继续',
  canteen_processing: '食堂还在处理这笔充值，等它有结果后再退款',
  top_up_missing: '充值单已不存在，请联系系统管理员',
}

export const CANTEEN_PEERS: Record<string, { problems: Record<string, string>; otherwise: string }> = {
  canteen: { problems: CANTEEN_PROBLEMS, otherwise: '食堂系统没有受理，请联系食堂管理员' },
  pay: { problems: { ...CANTEEN_PROBLEMS, ...PAY_PROBLEMS }, otherwise: '微信支付没有受理，请在商户平台查看原因' },
  export: { problems: {}, otherwise: '导出文件没有写完，系统会自动重试；一直出现请联系系统管理员' },
}

/** Our words come first; the peer's own sentence where we have none. */
export function canteenProblem(peer: string, code: string, sentence: string | null): string {
  const said = sentence && /[\u4e00-\u9fff]/.test(sentence) ? sentence : null
  const known = CANTEEN_PEERS[peer]
  return known?.problems[code] ?? said ?? known?.otherwise ?? code
}
