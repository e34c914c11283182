import type { Card } from '@/shared/api/canteenTypes'

/** The canteen has not said yet whether it took it. */
export function isBeingTold({ state }: Pick<Card, 'state'>): boolean {
  return state === 'reporting' || state === 'finding'
}
