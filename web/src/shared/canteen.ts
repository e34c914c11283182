import type { AccountStatus, CardState, Meal, Purse, RecordKind, TopUp, TopUpStatus } from './api/canteenTypes'
import type { StatusWord, Tone } from './status'

/** Words and colours of the canteen, the same on the phone and in the office. */
export const TOP_UP_TONES: Record<TopUpStatus, Tone> = {
  created: 'waiting',
  paid: 'busy',
  crediting: 'busy',
  credited: 'ready',
  rejected: 'failed',
  refunding: 'busy',
  refunded: 'ended',
  closed: 'ended',
}

/** The word is the server's, as in its notices. */
export function topUpWord({ status, status_text }: Pick<TopUp, 'status' | 'status_text'>): StatusWord {
  return { word: status_text, tone: TOP_UP_TONES[status] }
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

export const MEALS: Record<Meal, string> = { breakfast: '早餐', lunch: '午餐', dinner: '晚餐', night: '夜宵' }
