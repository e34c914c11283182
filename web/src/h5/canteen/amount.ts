import { shortYuan, toFen } from '@/shared/money'

/** What the server lets through; amounts are fen. */
export interface Limits {
  minimum_fen: number
  maximum_fen: number
  left_today_fen: number
}

const PRESETS_FEN = [5_000, 10_000, 20_000, 30_000, 50_000]
export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0'] as const

/** The usual amounts that may be paid now. */
export function presets({ minimum_fen, maximum_fen, left_today_fen }: Limits): number[] {
  return PRESETS_FEN.filter((fen) => fen >= minimum_fen && fen <= Math.min(maximum_fen, left_today_fen))
}

/** The amount after a key: at most five digits and two places, no leading zeros. A key that cannot follow changes nothing. */
export function press(text: string, key: string): string {
  if (key === '.') return text.includes('.') ? text : `${text || '0'}.`
  const next = text === '0' ? key : text + key
  return /^\d{1,5}(\.\d{0,2})?$/.test(next) ? next : text
}

/** In words, before anybody wonders: `单笔 10 至 500 元，今日还可充 1,000 元`. */
export function limitWords({ minimum_fen, maximum_fen, left_today_fen }: Limits): string {
  const each = `单笔 ${shortYuan(minimum_fen)} 至 ${shortYuan(maximum_fen)} 元`
  return left_today_fen < minimum_fen
    ? `${each}，今日额度已用完，请明天再充`
    : `${each}，今日还可充 ${shortYuan(left_today_fen)} 元`
}

/** Why the amount cannot be paid; `null` when it can. An empty field is no mistake yet. */
export function amountProblem(text: string, limits: Limits): string | null {
  if (!text) return null
  const fen = toFen(text)
  if (fen === null) return '请输入金额，最多两位小数'
  if (fen < limits.minimum_fen) return `最少 ${shortYuan(limits.minimum_fen)} 元`
  if (fen > limits.maximum_fen) return `单笔最多 ${shortYuan(limits.maximum_fen)} 元`
  if (fen > limits.left_today_fen) return `今日最多还可充 ${shortYuan(limits.left_today_fen)} 元`
  return null
}

/** What is sent, once it can be. */
export function payableFen(text: string, limits: Limits): number | null {
  return text && amountProblem(text, limits) === null ? toFen(text) : null
}
