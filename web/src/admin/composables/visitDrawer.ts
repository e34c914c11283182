import { ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'

/** The visit opened beside the table, and the clerk's decision on exactly what is shown. */
export function useVisitDrawer(onChanged: (visit: Visit) => void) {
  const visit = shallowRef<Visit | null>(null)
  const problem = shallowRef<unknown>(null)
  const isRefusing = ref(false)

  function show(fresh: Visit): void {
    visit.value = fresh
    onChanged(fresh)
  }

  async function open(row: Visit): Promise<void> {
    visit.value = row
    problem.value = null
    await refresh()
  }

  /** Opens a visit known only by its id, as from a link. */
  async function openById(id: string): Promise<void> {
    problem.value = null
    show(await office.visit(id))
  }

  /** The row may be seconds old: the drawer shows what is true now. */
  async function refresh(): Promise<void> {
    const id = visit.value?.id
    if (!id) return
    try {
      const fresh = await office.visit(id)
      if (visit.value?.id === id) show(fresh)
    } catch (error) {
      problem.value = error
    }
  }

  async function decide(work: (seen: Visit) => Promise<Visit>): Promise<void> {
    const seen = visit.value
    if (!seen) return
    problem.value = null
    try {
      show(await work(seen))
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await refresh()
      problem.value = error
    }
    isRefusing.value = false
  }

  return {
    visit,
    problem,
    isRefusing,
    open,
    openById,
    close: (): void => void (visit.value = null),
    approval: useAction(() => decide((seen) => office.approve(seen.id, seen.version))),
    refusal: useAction((reason: string) => decide((seen) => office.refuse(seen.id, seen.version, reason))),
  }
}
