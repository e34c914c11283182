import { computed, shallowRef } from 'vue'
import type { Registration } from '@/shared/api/logisticsTypes'
import { statusWord } from '@/shared/logistics'
import type { StatusWord } from '@/shared/status'
import { logistics } from '../http'
import { currentOnes, entranceLine } from './current'
import { useNow } from './now'

const STEP_MS = 10_000

/** The live line of the logistics entrance. It fails alone: without an answer the entrance says what it is for. */
export function useLogisticsLine() {
  const now = useNow(STEP_MS)
  const registrations = shallowRef<Registration[]>([])
  const current = computed(() => currentOnes(registrations.value, now.value)[0] ?? null)
  const line = computed(() => (current.value ? entranceLine(current.value, now.value) : '提货、送货登记与排队'))
  const status = computed<StatusWord | undefined>(() =>
    current.value ? statusWord(current.value.status, current.value.kind) : undefined,
  )

  async function load(): Promise<void> {
    registrations.value = await logistics.registrations('all', null).then(
      ({ items }) => items,
      () => [],
    )
  }
  return { line, status, load }
}
