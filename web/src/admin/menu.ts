import type { Role, User } from '@/shared/api/types'
import type { IconName } from '@/shared/icons'

export interface MenuEntry {
  path: string
  title: string
  icon: IconName
  roles: readonly Role[]
}

export interface MenuGroup {
  title: string
  entries: readonly MenuEntry[]
  /** Its people begin with the board of the day: where the money is comes before any list. */
  beginsWithBoard?: boolean
}

const SYSTEM = '系统'

/** By business; an entry is shown to those whose roles the server lets in. */
const MENU: readonly MenuGroup[] = [
  {
    title: '访客',
    entries: [
      { path: '/admin/visits', title: '访客预约', icon: 'visitor', roles: ['visitor_approver'] },
      { path: '/admin/passages', title: '出入记录', icon: 'gate', roles: ['visitor_approver'] },
      { path: '/admin/blocked', title: '黑名单', icon: 'blocked', roles: ['visitor_approver'] },
    ],
  },
  {
    title: '物流',
    entries: [
      { path: '/admin/logistics/registrations', title: '提送货登记', icon: 'truck', roles: ['logistics'] },
      { path: '/admin/logistics/stock', title: '库存与占用', icon: 'tank', roles: ['logistics'] },
      { path: '/admin/logistics/lanes', title: '装卸车道', icon: 'lanes', roles: ['logistics'] },
      { path: '/admin/logistics/reports', title: '入场报备', icon: 'calendar', roles: ['logistics'] },
      { path: '/admin/logistics/vehicles', title: '车辆档案', icon: 'vehicle', roles: ['logistics'] },
      { path: '/admin/logistics/people', title: '人员档案', icon: 'person', roles: ['logistics'] },
      { path: '/admin/logistics/waivers', title: '例外放行', icon: 'shield', roles: ['logistics'] },
    ],
  },
  {
    title: '食堂',
    beginsWithBoard: true,
    entries: [
      { path: '/admin/canteen/topups', title: '充值记录', icon: 'topup', roles: ['canteen'] },
      { path: '/admin/canteen/records', title: '消费记录', icon: 'meal', roles: ['canteen'] },
      { path: '/admin/canteen/users', title: '餐卡用户', icon: 'card', roles: ['canteen'] },
      { path: '/admin/canteen/reconciliation', title: '对账', icon: 'balance', roles: ['canteen'] },
      { path: '/admin/canteen/sync', title: '数据同步', icon: 'refresh', roles: ['canteen'] },
    ],
  },
  {
    title: SYSTEM,
    entries: [
      { path: '/admin/pushes', title: '推送', icon: 'push', roles: ['visitor_approver', 'logistics', 'canteen'] },
      {
        path: '/admin/notices',
        title: '通知记录',
        icon: 'message',
        roles: ['visitor_approver', 'logistics', 'canteen'],
      },
      { path: '/admin/users', title: '用户管理', icon: 'people', roles: [] },
      { path: '/admin/menu', title: '公众号菜单', icon: 'menu', roles: [] },
      { path: '/admin/migration', title: '账号迁移', icon: 'move', roles: [] },
      { path: '/admin/purges', title: '数据清理记录', icon: 'trash', roles: [] },
      { path: '/admin/audit', title: '操作记录', icon: 'list', roles: [] },
    ],
  },
]

export function menuFor(user: User): MenuGroup[] {
  return MENU.map((group) => ({
    ...group,
    entries: group.entries.filter((entry) => mayOpen(user, entry.roles)),
  })).filter(({ entries }) => entries.length > 0)
}

/** Administrators may open everything. */
export function mayOpen(user: User, roles: readonly Role[]): boolean {
  return user.roles.includes('administrator') || roles.some((role) => user.roles.includes(role))
}

/** Where somebody begins: with one business its first page, with several (or none, or the canteen) the board of the day. */
export function homeOf(user: User): string | null {
  const groups = menuFor(user).filter(({ title }) => title !== SYSTEM)
  const [only] = groups
  return groups.length === 1 && only && !only.beginsWithBoard ? (only.entries[0]?.path ?? null) : null
}
