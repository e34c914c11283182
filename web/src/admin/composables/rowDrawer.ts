import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { onMounted, type ShallowRef, shallowRef } from 'vue'
import { useRoute } from 'vue-router'
import { ApiError, errorSentence } from '@/shared/api/errors'

interface Versioned {
  id: string
}

export interface RowDrawer<T extends Versioned> {
  row: ShallowRef<T | null>
  problem: ShallowRef<unknown>
  open: (row: T) => Promise<void>
  close: () => void
  refresh: () => Promise<void>
  change: (work: (seen: T) => Promise<T>) => Promise<void>
}

/**
 * The object opened beside its list, and changes of exactly what is shown. `name` is the member of the address that opens
 * one known only by its id, as from a link.
 */
export function useRowDrawer<T extends Versioned>(
  name: string,
  fetchOne: (id: string) => Promise<T>,
  onChanged: (row: T) => void,
): RowDrawer<T> {
  const row: ShallowRef<T | null> = shallowRef(null)
  const problem = shallowRef<unknown>(null)
  const linked = useRoute().query[name]

  function show(fresh: T): void {
    row.value = fresh
    onChanged(fresh)
  }

  async function open(chosen: T): Promise<void> {
    row.value = chosen
    problem.value = null
    await refresh()
  }

  /** The row may be seconds old: the drawer shows what is true now. */
  async function refresh(): Promise<void> {
    const id = row.value?.id
    if (!id) return
    try {
      const fresh = await fetchOne(id)
      if (row.value?.id === id) show(fresh)
    } catch (error) {
      problem.value = error
    }
  }

  async function change(work: (seen: T) => Promise<T>): Promise<void> {
    const seen = row.value
    if (!seen) return
    problem.value = null
    try {
      const changed = await work(seen)
      if (row.value?.id === seen.id) show(changed)
      else onChanged(changed)
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await refresh()
      problem.value = error
    }
  }

  onMounted(async () => {
    if (typeof linked !== 'string') return
    await fetchOne(linked).then(show, (error: unknown) => ElMessage.error(errorSentence(error)))
  })
  return { row, problem, open, refresh, close: (): void => void (row.value = null), change }
}
