import { computed, onMounted, shallowRef } from 'vue'
import type { Board, BoardLane, QueueEntry } from '@/shared/api/logisticsOfficeTypes'
import { usePolling } from '@/shared/composables/polling'
import { parse } from '@/shared/time'
import { useNow } from '../../composables/clock'
import { logistics } from '../../http'
import { ageWords } from '../remaining'

/** An older board may send a truck to the wrong lane: say so. */
const OLD_MS = 30_000
const FIRST_POLL_SECONDS = 5

/** Whether what is shown is still true, in words. */
export function freshness(asOf: string | null, now: number): { isOld: boolean; text: string } {
  if (asOf === null) return { isOld: true, text: '还没有读到车道数据' }
  const age = ageWords(parse(asOf), now)
  const isOld = now - parse(asOf) > OLD_MS
  return { isOld, text: isOld ? `车道数据停在 ${age}，请以现场叫号为准` : `${age}更新` }
}

/** A queue as a driver looks at it: who loads, who is called, who comes next. */
export function queueParts(lane: BoardLane): Record<QueueEntry['state'], QueueEntry[]> {
  const inOrder = [...lane.queue].sort((a, b) => a.position - b.position)
  const of = (state: QueueEntry['state']): QueueEntry[] => inOrder.filter((entry) => entry.state === state)
  return { loading: of('loading'), called: of('called'), waiting: of('waiting') }
}

/** The lanes, read again as often as the server asks for. A failure leaves the last board, which then grows old. */
export function useBoard() {
  const board = shallowRef<Board | null>(null)
  const error = shallowRef<unknown>(null)
  const now = useNow()

  async function load(): Promise<void> {
    try {
      board.value = await logistics.board()
      error.value = null
    } catch (caught) {
      error.value = caught
    }
  }

  onMounted(load)
  usePolling(load, () => Math.max(2, board.value?.poll_seconds ?? FIRST_POLL_SECONDS) * 1000)
  return { board, error, now, load, fresh: computed(() => freshness(board.value?.as_of ?? null, now.value)) }
}
