/** Quantities are tonnes as text with three places; reckoned in whole kilograms, never in floating point tonnes. */
const TONNES = /^(-?)([0-9]{1,6})(?:\.([0-9]{1,3}))?$/

/** `"30.5"` → 30500; `null` for anything but a number with at most three places. Full-width signs are understood. */
export function toKilograms(text: string): number | null {
  const found = TONNES.exec(
    text
      .normalize('NFKC')
      .replace(/[。，,]/g, '.')
      .trim(),
  )
  if (!found) return null
  const [, sign, whole = '', rest = ''] = found
  const kilograms = Number(whole) * 1000 + Number(rest.padEnd(3, '0'))
  return sign ? -kilograms : kilograms
}

/** 30500 → `"30.500"`, as the server wants it. */
export function toTonnes(kilograms: number): string {
  const size = Math.abs(kilograms)
  const sign = kilograms < 0 ? '-' : ''
  return `${sign}${Math.floor(size / 1000)}.${String(size % 1000).padStart(3, '0')}`
}

/** `"30.500"` → `"30.5"`, `"30.000"` → `"30"`: as people say it. */
export function shortTonnes(tonnes: string): string {
  return tonnes.includes('.') ? tonnes.replace(/\.?0+$/, '') : tonnes
}

/** `"30.500"` → `30.5 吨`. */
export function tonnesWords(tonnes: string): string {
  return `${shortTonnes(tonnes)} 吨`
}

/** Sum of tonnes; texts that are no number count as nothing. */
export function sumTonnes(quantities: readonly string[]): string {
  return toTonnes(quantities.reduce((sum, text) => sum + (toKilograms(text) ?? 0), 0))
}

/** a − b in tonnes. */
export function differenceOf(a: string, b: string): string {
  return sumTonnes([a, toTonnes(-(toKilograms(b) ?? 0))])
}

/** `+0.14 吨` / `-0.14 吨` / `0 吨`. */
export function signedWords(tonnes: string): string {
  return `${(toKilograms(tonnes) ?? 0) > 0 ? '+' : ''}${tonnesWords(tonnes)}`
}
