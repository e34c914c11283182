/** The plate keyboard: which keys make sense at a place, and what a key does. */
export type PlateKind = 'vehicle' | 'trailer'

export const PROVINCE_ROWS = ['闽京津沪渝冀豫云', '辽黑湘皖鲁新苏浙', '赣鄂桂甘晋蒙陕吉', '贵粤青藏川宁琼'].map(
  (row) => [...row],
)
export const SIGN_ROWS = ['1234567890', 'QWERTYUPAS', 'DFGHJKLZXC', 'VBNM'].map((row) => [...row])
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGITS = '0123456789'
/** Province, authority, five signs; new energy has six. A trailer ends with 挂. */
export const LENGTH = 7
export const LENGTH_NEW_ENERGY = 8

/** The keys that are shown after what was typed. */
export function rowsFor(text: string): string[][] {
  return text.length === 0 ? PROVINCE_ROWS : SIGN_ROWS
}

/** May this key follow? The authority is a letter; the letters I and O are on no plate's key. */
export function mayFollow(text: string, key: string, kind: PlateKind): boolean {
  if (text.length === 0) return PROVINCE_ROWS.some((row) => row.includes(key))
  if (key === '挂') return kind === 'trailer' && text.length === LENGTH - 1
  if (text.length === 1) return LETTERS.includes(key)
  const length = kind === 'trailer' ? LENGTH - 1 : LENGTH_NEW_ENERGY
  return text.length < length && (LETTERS + DIGITS).includes(key)
}

/** A trailer's 挂 sets itself once the other six are there. */
export function press(text: string, key: string, kind: PlateKind): string {
  if (!mayFollow(text, key, kind)) return text
  const next = text + key
  return kind === 'trailer' && next.length === LENGTH - 1 ? `${next}挂` : next
}

/** 挂 goes together with the sign before it: it was not typed. */
export function erase(text: string): string {
  return text.endsWith('挂') ? text.slice(0, -2) : text.slice(0, -1)
}

/** The places shown: eight for a vehicle, the last one for new energy. */
export function places(text: string, kind: PlateKind): { sign: string; isExtra: boolean }[] {
  const count = kind === 'trailer' ? LENGTH : LENGTH_NEW_ENERGY
  return Array.from({ length: count }, (_unused, at) => ({ sign: text[at] ?? '', isExtra: at === LENGTH }))
}

/** `闽A·12345`, as on the metal. */
export function spacedPlate(plate: string): string {
  return plate.length > 2 ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate
}
