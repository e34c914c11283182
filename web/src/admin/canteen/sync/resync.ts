import { ref } from 'vue'
import type { Resync } from '@/shared/api/canteenOfficeTypes'
import { useAction } from '@/shared/composables/action'

/**
 * Reads an account's whole history again, request by request, until the server says that it is complete. After an error
 * the same account goes on where it stopped; reading a row again changes nothing.
 */
export function useResync(ask: (accountNo: string, cursor: string | null) => Promise<Resync>) {
  const rows = ref(0)
  const accountNo = ref('')
  const isComplete = ref(false)
  let cursor: string | null = null
  let isWanted = true

  const run = useAction(async (wanted: string) => {
    if (wanted !== accountNo.value || isComplete.value) begin(wanted)
    isWanted = true
    while (isWanted && !isComplete.value) {
      const step = await ask(wanted, cursor)
      rows.value += step.rows
      cursor = step.next_cursor
      isComplete.value = step.is_complete || cursor === null
    }
  })

  function begin(wanted: string): void {
    accountNo.value = wanted
    rows.value = 0
    isComplete.value = false
    cursor = null
  }

  return { rows, accountNo, isComplete, run, pause: (): void => void (isWanted = false) }
}
