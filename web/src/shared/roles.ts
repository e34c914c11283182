import type { Role } from './api/types'

export const ROLES: Record<Role, string> = {
  visitor_approver: '访客审批人',
  logistics: '物流管理',
  canteen: '餐卡管理',
  administrator: '系统管理员',
}

export function roleWords(roles: readonly Role[]): string {
  return roles.length ? roles.map((role) => ROLES[role]).join('、') : '访客'
}

/** What a role lets its holder do, for whoever grants it. */
export const ROLE_HINTS: Record<Role, string> = {
  visitor_approver: '审批访客预约，查看推送',
  logistics: '管理智慧物流',
  canteen: '管理餐卡服务',
  administrator: '拥有全部权限，可管理用户和权限',
}

export const ALL_ROLES = Object.keys(ROLES) as Role[]
