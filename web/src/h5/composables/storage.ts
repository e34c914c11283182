import type { User } from '@/shared/api/types'

/** What the phone keeps, always under the user's id: one phone may be used by several people. */
const PREFIX = 'campus'
const USER_KEY = `${PREFIX}.user`

function userKey(userId: string, key: string): string {
  return `${PREFIX}.${userId}.${key}`
}

/** Storage may be full or forbidden (private mode): then nothing is kept and the pages work without it. */
function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action()
  } catch {
    return otherwise
  }
}

function read<T>(key: string): T | null {
  return attempt(() => JSON.parse(localStorage.getItem(key) ?? 'null') as T | null, null)
}

function write(key: string, value: unknown): void {
  attempt(() => localStorage.setItem(key, JSON.stringify(value)), undefined)
}

export function rememberUser(user: User): void {
  write(USER_KEY, user)
}

export function rememberedUser(): User | null {
  return read<User>(USER_KEY)
}

export function readUserItem<T>(userId: string, key: string): T | null {
  return read<T>(userKey(userId, key))
}

export function writeUserItem(userId: string, key: string, value: unknown): void {
  write(userKey(userId, key), value)
}

export function removeUserItem(userId: string, key: string): void {
  attempt(() => localStorage.removeItem(userKey(userId, key)), undefined)
}

/** Keys this user has under a prefix, without the user part. */
export function userKeys(userId: string, prefix: string): string[] {
  const start = userKey(userId, prefix)
  const base = userKey(userId, '')
  return attempt(
    () =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(start))
        .map((key) => key.slice(base.length)),
    [],
  )
}

export function clearUserData(userId: string): void {
  for (const key of userKeys(userId, '')) removeUserItem(userId, key)
  attempt(() => localStorage.removeItem(USER_KEY), undefined)
}
