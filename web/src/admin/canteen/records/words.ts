import type { OfficeRecord } from '@/shared/api/canteenOfficeTypes'

type Words = Readonly<Record<string, string>>

/** `消费 · 午餐`, `充值`. */
export function kindWords({ kind, meal }: Pick<OfficeRecord, 'kind' | 'meal'>, kinds: Words, meals: Words): string {
  return [kinds[kind] ?? kind, ...(meal ? [meals[meal] ?? meal] : [])].join(' · ')
}
