import type { Difference, Reconciliation } from './api/canteenOfficeTypes'
import type { AccountStatus, CardState, Meal, Purse, RecordKind, TopUp, TopUpStatus } from './api/canteenTypes'
import type { StatusWord } from './status'

/** Words and colours of the canteen, the same on the phone and in the office. The server says a top-up's state in words; these are for choosing one. */
export const TOP_UPS: Record<TopUpStatus, StatusWord> = {
  created: { word: '待支付', tone: 'waiting' },
  paid: { word: '已支付，待入账', tone: 'busy' },
  crediting: { word: '充值处理中', tone: 'busy' },
  credited: { word: '充值成功', tone: 'ready' },
  rejected: { word: '未能入账，准备退款', tone: 'failed' },
  refunding: { word: '退款中', tone: 'busy' },
  refunded: { word: '已退款', tone: 'ended' },
  closed: { word: '未支付，已关闭', tone: 'ended' },
}

/** The word is the server's, as in its notices. */
export function topUpWord({ status, status_text }: Pick<TopUp, 'status' | 'status_text'>): StatusWord {
  return { word: status_text, tone: TOP_UPS[status].tone }
}

export const CARD_STATES: Record<CardState, StatusWord> = {
  normal: { word: '正常', tone: 'ready' },
  reporting: { word: '挂失处理中', tone: 'busy' },
  lost: { word: '已挂失', tone: 'failed' },
  finding: { word: '解挂处理中', tone: 'busy' },
  cancelled: { word: '已注销', tone: 'ended' },
  refused: { word: '未受理', tone: 'failed' },
}

export const ACCOUNT_STATES: Record<AccountStatus, StatusWord> = {
  normal: { word: '正常', tone: 'ready' },
  frozen: { word: '账户已冻结', tone: 'failed' },
  closed: { word: '账户已注销', tone: 'ended' },
}

export const PURSES: Record<Purse['purse'], string> = { cash: '现金', subsidy: '补贴' }

export const RECORD_KINDS: Record<RecordKind, string> = {
  consume: '消费',
  recharge: '充值',
  subsidy: '补贴',
  refund: '退款',
  adjust: '调整',
}

/** In the order of the day. */
export const MEALS: Record<Meal, string> = { breakfast: '早餐', lunch: '午餐', dinner: '晚餐', night: '夜宵' }

export const RECONCILIATIONS: Record<Reconciliation['state'], StatusWord> = {
  waiting: { word: '等待对账', tone: 'waiting' },
  matched: { word: '已对平', tone: 'ready' },
  different: { word: '有差异', tone: 'failed' },
  failed: { word: '对账失败', tone: 'failed' },
}

export const DIFFERENCE_STATES: Record<Difference['state'], StatusWord> = {
  open: { word: '待处理', tone: 'failed' },
  settled: { word: '已处理', tone: 'ready' },
  gone: { word: '已消除', tone: 'ended' },
}

/** For choosing one; the server says each difference in words of its own. */
export const DIFFERENCE_KINDS: Record<Difference['kind'], string> = {
  unpaid_here: '微信已收款，本系统未付',
  unknown_order: '账单有，本系统没有',
  not_in_bill: '本系统已付，账单没有',
  amount_differs: '付款金额不一致',
  paid_twice: '重复付款',
  not_credited: '已付款未入账',
  credited_unpaid: '未付款已入账',
  credit_amount_differs: '入账金额不一致',
  credited_twice: '重复入账',
  credited_and_refunded: '已入账又退款',
  refund_not_in_bill: '退款不在账单',
  refund_unknown: '账单有未知退款',
  refund_amount_differs: '退款金额不一致',
}
