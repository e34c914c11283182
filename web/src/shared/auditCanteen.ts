import { DIFFERENCE_KINDS } from './canteen'
import { CANTEEN_PROBLEMS, PAY_PROBLEMS } from './pushesCanteen'

/** Words of the audit log for the canteen; `audit.ts` knows them beside its own. */
export const ACTIONS: Record<string, string> = {
  top_up_paid: '充值已支付',
  top_up_credited: '充值已入账',
  top_up_rejected: '充值未能入账',
  top_up_pushed_again: '再次推送充值',
  top_up_refund_asked: '申请退款',
  top_up_refund_declined: '拒绝或撤回退款申请',
  top_up_refund_decided: '决定退款',
  top_up_refund_accepted: '微信支付受理退款',
  top_up_refunded: '充值已退款',
  binding_bound: '绑定餐卡',
  binding_ended: '用户解绑餐卡',
  binding_changed: '改绑餐卡账户',
  binding_moved: '餐卡改由他人绑定',
  binding_unbound: '管理员解绑餐卡',
  binding_code_asked: '获取绑定验证码',
  binding_code_tried: '输入绑定验证码',
  card_reported_lost: '挂失餐卡',
  card_reported_found: '解除挂失',
  canteen_sync_run: '手动同步食堂记录',
  canteen_account_resynced: '重新同步餐卡账户',
  reconciliation_run: '再次对账',
  difference_settled: '处理对账差异',
  canteen_exported: '导出餐卡数据',
  export_asked: '导出餐卡数据',
}

export const SUBJECTS: Record<string, string> = {
  topup: '充值',
  binding: '餐卡绑定',
  card: '餐卡',
  canteen_sync: '食堂同步',
  canteen_account: '餐卡账户',
  reconciliation: '对账',
  difference: '对账差异',
  export: '导出文件',
}

export const ACTORS: Record<string, string> = {
  canteen: '食堂系统',
  wechat_pay: '微信支付',
  reconcile_canteen: '定时任务',
  sync_canteen: '定时任务',
}

export const FIELDS: Record<string, string> = {
  amount_fen: '金额',
  account_no: '餐卡账号',
  note: '说明',
  wanted: '要求',
  progress: '进度',
  day: '日期',
  what: '内容',
  format: '格式',
  meal: '餐别',
  merchant: '窗口',
  state: '状态',
}

export const VALUES: Record<string, string> = {
  ...CANTEEN_PROBLEMS,
  ...PAY_PROBLEMS,
  ...DIFFERENCE_KINDS,
  open: '待处理',
  settled: '已处理',
  gone: '已消除',
  created: '待支付',
  paid: '已支付',
  crediting: '充值处理中',
  credited: '充值成功',
  refunding: '退款中',
  refunded: '已退款',
  closed: '已关闭',
  lost: '挂失',
  normal: '解除挂失',
  records: '消费记录',
  topups: '充值记录',
  statement: '月结单',
}

/** Page of the office where an object of the canteen can be looked at. */
export function placeOf(kind: string, id: string): { path: string; query: Record<string, string> } | null {
  const at = (page: string, query: Record<string, string>) => ({ path: `/admin/canteen/${page}`, query })
  if (kind === 'topup') return at('topups', { top_up: id })
  if (kind === 'binding') return at('users', { user: id })
  if (kind === 'canteen_account') return at('records', { account_no: id })
  if (kind === 'reconciliation') return at('reconciliation', { day: id })
  if (kind === 'difference') return at('reconciliation', { view: 'differences' })
  return null
}
