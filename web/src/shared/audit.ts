import type { AuditEntry, Role } from './api/types'
import { ROLES } from './roles'

const ACTIONS: Record<string, string> = {
  role_granted: '授予权限',
  role_revoked: '取消权限',
  user_disabled: '停用用户',
  user_enabled: '恢复用户',
  identity_linked: '关联微信身份',
  users_merged: '合并用户（同一微信用户）',
  user_absorbed: '并入其他用户（同一微信用户）',
  phone_changed: '变更工作手机',
  visit_approved: '批准预约',
  visit_refused: '拒绝预约',
  visit_cancelled: '取消预约',
  visit_changed: '修改预约',
  visit_expired: '预约过期',
  visit_ended: '访问结束',
  visit_rights_sent_again: '重新下发通行权限',
  visit_checked_out: '夜间自动离厂',
  visits_exported: '导出预约',
  id_number_read: '查看完整证件号',
  visit_data_withdrawn: '访客撤回个人信息',
  visitor_blocked: '加入黑名单',
  visitor_released: '移出黑名单',
  push_retried: '重新推送',
  menu_published: '发布菜单',
  profile_erased: '清除微信昵称与头像',
  office_sign_in: '登录管理端',
  office_sign_in_confirmed: '确认登录管理端',
  office_sign_in_refused: '拒绝登录管理端',
}

const SUBJECTS: Record<string, string> = {
  user: '用户',
  visit: '访客预约',
  visits: '访客预约列表',
  block: '黑名单',
  push: '推送',
  menu: '公众号菜单',
  ticket: '登录二维码',
}

const FIELDS: Record<string, string> = {
  status: '状态',
  roles: '权限',
  reason: '原因',
  blocked: '在黑名单中',
  phone: '手机号',
  app: '应用 AppID',
  merged: '并入的用户',
  merged_into: '现为用户',
  rows: '条数',
  from: '提交日期起',
  until: '提交日期止',
  buttons: '菜单项数',
  digest: '菜单摘要',
  menu: '菜单',
  presence: '出入',
}

const VALUES: Record<string, string> = {
  true: '是',
  false: '否',
  active: '正常',
  disabled: '已停用',
  submitted: '待审批',
  approved: '已批准',
  refused: '已拒绝',
  cancelled: '已取消',
  expired: '已过期',
  ended: '已结束',
  inside: '在厂',
  checked_out: '自动离厂',
  unsubscribe: '取消关注公众号',
  user_info_modified: '微信清理了资料',
  user_authorization_revoke: '撤回授权',
  user_authorization_cancellation: '注销微信账号',
}

/** Counts the changes of an object; says nothing to a reader. */
const HIDDEN = 'version'

export interface AuditChange {
  field: string
  before: string
  after: string
}

/** What was done, in words; an unknown action is shown as it came. */
export function actionWord(action: string): string {
  return ACTIONS[action] ?? action
}

export function actorWord({ actor, actor_name }: Pick<AuditEntry, 'actor' | 'actor_name'>): string {
  if (actor === 'command') return '系统命令'
  if (actor === 'close_visits' || actor === 'read_passages') return '定时任务'
  if (actor === 'wechat') return '微信'
  return actor_name || '微信用户'
}

/** What was changed: its kind, and the name or id that tells it from others. */
export function subjectWords({ subject, subject_name }: Pick<AuditEntry, 'subject' | 'subject_name'>): string[] {
  const [kind = '', ...rest] = subject.split(':')
  return [SUBJECTS[kind] ?? kind, subject_name || rest.join(':')]
}

/** Where the changed object can be looked at, if there is a page for it. */
export function subjectPlace(subject: string): { path: string; query: Record<string, string> } | null {
  const [kind, id] = subject.split(':')
  if (kind === 'user' && id) return { path: '/admin/users', query: { user: id } }
  if (kind === 'visit' && id) return { path: '/admin/visits', query: { visit: id } }
  return null
}

/** The fields that differ, before → after; an entry without states has none. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): AuditChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  fields.delete(HIDDEN)
  return [...fields]
    .map((field) => ({
      field: FIELDS[field] ?? field,
      before: valueWord(before?.[field]),
      after: valueWord(after?.[field]),
    }))
    .filter((change) => change.before !== change.after)
}

function valueWord(value: unknown): string {
  if (value === undefined || value === null || (Array.isArray(value) && !value.length)) return '无'
  if (Array.isArray(value)) return value.map((one) => ROLES[one as Role] ?? String(one)).join('、')
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  return VALUES[text] ?? text
}
