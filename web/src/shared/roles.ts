import type { Role } from './api/types'

const ROLES: Record<Role, string> = {
  visitor_approver: '访客审批人',
  logistics: '物流管理',
  canteen: '餐卡管理',
  administrator: '系统管理员',
}

export function roleWords(roles: readonly Role[]): string {
  return roles.length ? roles.map((role) => ROLES[role]).join('、') : '访客'
}
