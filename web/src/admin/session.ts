import { shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { User } from '@/shared/api/types'
import { http, office } from './http'

const user = shallowRef<User | null>(null)

/** The signed-in clerk, or `null`. Anything but "not signed in" is thrown: it says nothing about the session. */
async function ensure(): Promise<User | null> {
  if (user.value) return user.value
  try {
    user.value = (await http.readSession()).user
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
  }
  return user.value
}

function forget(): void {
  user.value = null
  http.forgetSession()
}

export function useOfficeSession() {
  return {
    user,
    ensure,
    forget,
    signOut: async (): Promise<void> => {
      await office.signOut()
      forget()
    },
  }
}
