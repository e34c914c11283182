import { computed, ref } from 'vue'
import type { OfficeUser, Role } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'
import { useOfficeSession } from '../session'
import type { RowDrawer } from './rowDrawer'

/** The administrator's change of exactly the user that is shown. */
export function useUserChange(drawer: RowDrawer<OfficeUser>) {
  const isAsking = ref(false)
  const isAskingPhone = ref(false)
  const session = useOfficeSession()

  async function switchStatus(seen: OfficeUser, reason: string): Promise<OfficeUser> {
    const work = seen.status === 'active' ? office.disableUser : office.enableUser
    return work(seen.id, seen.version, reason)
  }

  async function setPhone(phone: string | null): Promise<void> {
    await drawer.change((seen) => office.changePhone(seen.id, seen.version, phone))
    isAskingPhone.value &&= drawer.problem.value !== null
  }

  return {
    isAsking,
    isAskingPhone,
    askPhone: (): void => {
      drawer.problem.value = null
      isAskingPhone.value = true
    },
    phoneChange: useAction(setPhone),
    isOwn: computed(() => drawer.row.value !== null && drawer.row.value.id === session.user.value?.id),
    roleChange: useAction((role: Role, granted: boolean) =>
      drawer.change((seen) => office.changeRole(seen.id, seen.version, role, granted)),
    ),
    statusChange: useAction(async (reason: string) => {
      await drawer.change((seen) => switchStatus(seen, reason))
      isAsking.value = false
    }),
  }
}
