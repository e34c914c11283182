import { HAZARD_CLASSES } from '@/shared/logistics'

export interface Chip {
  key: string
  text: string
}

export function chipsOf(words: Record<string, string>): Chip[] {
  return Object.entries(words).map(([key, text]) => ({ key, text }))
}

/** `8 腐蚀性物质`; numbers as keys of an object would be sorted before the others. */
export const CLASS_CHIPS: Chip[] = chipsOf(HAZARD_CLASSES)
  .map(({ key, text }) => ({ key, text: `${key} ${text}` }))
  .sort((one, other) => Number(one.key) - Number(other.key))

export const LICENCE_CHIPS: Chip[] = ['A1', 'A2', 'B1', 'B2', 'C1'].map((key) => ({ key, text: key }))
