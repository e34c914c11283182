import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { OfficeUser, Role } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'
import { useOfficeSession } from '../session'

/** The user opened beside the table, and the administrator's change of exactly what is shown. */
export function useUserDrawer(onChanged: (user: OfficeUser) => void) {
  const user = shallowRef<OfficeUser | null>(null)
  const problem = shallowRef<unknown>(null)
  const isAsking = ref(false)
  const session = useOfficeSession()

  function show(fresh: OfficeUser): void {
    user.value = fresh
    onChanged(fresh)
  }

  async function open(row: OfficeUser): Promise<void> {
    user.value = row
    problem.value = null
    await refresh()
  }

  /** Opens a user known only by the id, as from a link. */
  async function openById(id: string): Promise<void> {
    problem.value = null
    show(await office.user(id))
  }

  /** The row may be seconds old: the drawer shows what is true now. */
  async function refresh(): Promise<void> {
    const id = user.value?.id
    if (!id) return
    try {
      const fresh = await office.user(id)
      if (user.value?.id === id) show(fresh)
    } catch (error) {
      problem.value = error
    }
  }

  async function change(work: (seen: OfficeUser) => Promise<OfficeUser>): Promise<void> {
    const seen = user.value
    if (!seen) return
    problem.value = null
    try {
      show(await work(seen))
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await refresh()
      problem.value = error
    }
    isAsking.value = false
  }

  return {
    user,
    problem,
    isAsking,
    isOwn: computed(() => user.value !== null && user.value.id === session.user.value?.id),
    open,
    openById,
    close: (): void => void (user.value = null),
    roleChange: useAction((role: Role, granted: boolean) =>
      change((seen) => office.changeRole(seen.id, seen.version, role, granted)),
    ),
    statusChange: useAction((reason: string) =>
      change((seen) =>
        seen.status === 'active'
          ? office.disableUser(seen.id, seen.version, reason)
          : office.enableUser(seen.id, seen.version, reason),
      ),
    ),
  }
}
