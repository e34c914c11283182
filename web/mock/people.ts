import type { AuditEntry, OfficeUser, Role } from '../src/shared/api/types'
import { USERS } from './data.ts'

const HOUR = 3_600_000
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString()

const PEOPLE: OfficeUser[] = [
  ...Object.values(USERS),
  ...Array.from({ length: 15 }, (_unused, at) => ({ id: `u-${at}`, nickname: `访客${at}`, avatar_url: '', roles: [] })),
].map((user, at) => ({
  ...user,
  openid: `o_mock_${user.id}`,
  status: 'active' as const,
  created_at: ago(24 * at + 48),
  signed_in_at: ago(at),
  disabling: null,
  sign_in_ways: at % 3 ? (['official_account'] as const) : (['official_account', 'mini_program'] as const),
  phone: null,
  phone_masked: null,
  version: 1,
}))

export const AUDIT: AuditEntry[] = []

/** Everybody the filters let through, on one page. */
export function filteredUsers(query: URLSearchParams) {
  const [name, role, status] = ['query', 'role', 'status'].map((one) => query.get(one) ?? '')
  const items = PEOPLE.filter(
    (user) =>
      user.nickname.includes(name ?? '') &&
      (!role || user.roles.includes(role as Role)) &&
      (!status || user.status === status),
  )
  return { items, examined: PEOPLE.length, next_cursor: null }
}

export const holderOf = (body: unknown) => PEOPLE.find((user) => user.phone === (body as { phone: string }).phone)

/** What a write changes of a user. */
export function changeOf(verb: string, body: unknown) {
  const { role, granted, reason, phone } = body as { role: Role; granted: boolean; reason: string; phone?: string }
  return (user: OfficeUser): Partial<OfficeUser> => {
    if (verb === 'disable') return { status: 'disabled', disabling: { reason, by: '黄志强', at: ago(0) } }
    if (verb === 'enable') return { status: 'active', disabling: null }
    if (verb === 'phone')
      return { phone: phone ?? null, phone_masked: phone?.replace(/^(...).*(....)$/, '$1****$2') ?? null }
    const others = user.roles.filter((held) => held !== role)
    return { roles: granted ? [...others, role] : others }
  }
}

/** Changes a user and writes it down; nothing to change writes nothing. */
export function changeUser(id: string | undefined, change: (user: OfficeUser) => Partial<OfficeUser>) {
  const user = PEOPLE.find((one) => one.id === id)
  if (!user) return null
  const before = { status: user.status, roles: user.roles }
  const changes = change(user)
  if (!Object.keys(changes).length) return user
  Object.assign(user, changes, { version: user.version + 1 })
  AUDIT.unshift({
    id: `a-${AUDIT.length}`,
    at: ago(0),
    actor: 'u-huang',
    actor_name: '黄志强',
    action: changes.roles ? 'role_granted' : changes.status ? `user_${changes.status}` : 'phone_changed',
    subject: `user:${user.id}`,
    subject_name: user.nickname,
    before,
    after: { status: user.status, roles: user.roles },
  })
  return user
}
