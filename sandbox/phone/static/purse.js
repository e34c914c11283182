// Words and amounts of the canteen's console.

export const KINDS = { consume: '消费', recharge: '充值', subsidy: '补贴', refund: '退款', adjust: '调整' }
export const ACCOUNT_STATES = { normal: ['green', '正常'], frozen: ['amber', '已冻结'], closed: ['', '已销户'] }
export const CARD_STATES = { normal: ['green', '正常'], lost: ['red', '已挂失'], cancelled: ['', '已注销'] }

/** Fen as yuan with two places: 1,250.00; with a plus sign when it is wanted. */
export function yuan(fen, signed = false) {
  const text = (Math.abs(fen) / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return `${fen < 0 ? '−' : signed ? '+' : ''}${text}`
}

/** What somebody typed in yuan, as fen; NaN when it is no amount. */
export function fenOf(text) {
  return /^\d{1,6}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : NaN
}
