/** Money is whole fen everywhere; only people read yuan. */

/** 123456 → `1,234.56`; -50 → `-0.50`. */
export function yuan(fen: number): string {
  const size = Math.abs(fen)
  const whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${whole}.${String(size % 100).padStart(2, '0')}`
}

/** 123456 → `¥1,234.56`. */
export function yuanSign(fen: number): string {
  return fen < 0 ? `-¥${yuan(-fen)}` : `¥${yuan(fen)}`
}

/** What a row does to a balance: `+50.00`, `-12.50`, `0.00`. */
export function signedYuan(fen: number): string {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen)
}
