import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { Role, User } from '@/shared/api/types'
import { http } from '../http'
import { clearUserData, rememberUser, rememberedUser } from './storage'

/** `unknown` until the server was asked; `offline` means it could not be asked and the last known user stands in. */
export type SessionState = 'unknown' | 'signed_in' | 'signed_out' | 'offline'

const state = ref<SessionState>('unknown')
const user = shallowRef<User | null>(null)
let pending: Promise<SessionState> | null = null

async function read(): Promise<SessionState> {
  try {
    user.value = (await http.readSession()).user
    rememberUser(user.value)
    return 'signed_in'
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      user.value = null
      return 'signed_out'
    }
    user.value = rememberedUser()
    return 'offline'
  }
}

/** Asks the server once; later callers get the same answer until it is forgotten or was only a guess. */
async function ensure(): Promise<SessionState> {
  if (state.value === 'signed_in' || state.value === 'signed_out') return state.value
  pending ??= read().finally(() => (pending = null))
  state.value = await pending
  return state.value
}

function markSignedOut(): void {
  state.value = 'signed_out'
  user.value = null
  http.forgetSession()
}

/** Ends the session on the server and removes this user's drafts and passes from the phone. */
async function signOut(): Promise<void> {
  const id = user.value?.id
  await http.call('DELETE', '/api/session')
  if (id) clearUserData(id)
  markSignedOut()
}

/** Signing in happens on another page: whatever was known before is asked again. */
function forget(): void {
  state.value = 'unknown'
}

export function useSession() {
  const has = (role: Role): boolean => user.value?.roles.includes(role) ?? false
  return {
    state,
    user,
    isStaff: computed(() => (user.value?.roles.length ?? 0) > 0),
    /** Administrators may do everything. */
    isApprover: computed(() => has('visitor_approver') || has('administrator')),
    ensure,
    forget,
    markSignedOut,
    signOut,
  }
}
