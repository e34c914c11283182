/** Money is whole fen everywhere; yuan are text, made and read here only, never in floating point. */
const YUAN = /^([0-9]{1,7})(?:\.([0-9]{0,2}))?$/
const GROUPS = /\B(?=(\d{3})+$)/g

/** 123405 → `"1,234.05"`; keeps its sign. */
export function yuan(fen: number): string {
  const size = Math.abs(fen)
  const whole = String(Math.floor(size / 100)).replace(GROUPS, ',')
  return `${fen < 0 ? '-' : ''}${whole}.${String(size % 100).padStart(2, '0')}`
}

/** 123405 → `"¥1,234.05"`. */
export function money(fen: number): string {
  return `${fen < 0 ? '-' : ''}¥${yuan(Math.abs(fen))}`
}

/** `"+100.00"` / `"-12.50"`: what a record adds to the balance. */
export function signedYuan(fen: number): string {
  return `${fen > 0 ? '+' : ''}${yuan(fen)}`
}

/** 5000 → `"50"`, 5050 → `"50.50"`: in sentences and on buttons. */
export function shortYuan(fen: number): string {
  return yuan(fen).replace(/\.00$/, '')
}

/** `"12.5"` → 1250; `null` for anything but an amount with at most two places. Full-width signs are understood. */
export function toFen(text: string): number | null {
  const found = YUAN.exec(
    text
      .normalize('NFKC')
      .replace(/[。，,]/g, '.')
      .trim(),
  )
  if (!found) return null
  const [, whole = '', rest = ''] = found
  return Number(whole) * 100 + Number(rest.padEnd(2, '0'))
}
