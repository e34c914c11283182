import { newId } from '@/shared/ids'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'

const KEY = 'top-up'
/** As long as an order can be paid; whoever comes later means another one. */
const LASTS_MS = 15 * 60_000

interface Intention {
  amountFen: number
  requestId: string
  at: number
}

/**
 * The request id of "put this amount on my card": the same after a lost answer, a second tap or a killed page, so that the
 * server makes one order of them.
 */
export function intentionOf(userId: string, amountFen: number, now: number): string {
  const known = readUserItem<Intention>(userId, KEY)
  if (known?.amountFen === amountFen && now - known.at < LASTS_MS) return known.requestId
  const requestId = newId()
  writeUserItem(userId, KEY, { amountFen, requestId, at: now })
  return requestId
}

/** The server has answered: the same amount again is another order. */
export function fulfilled(userId: string): void {
  removeUserItem(userId, KEY)
}
