import type { AuditEntry, Role } from './api/types'
import * as logistics from './auditLogistics'
import { checkName } from './checks'
import { ROLES } from './roles'
import { formatStamp, parse } from './time'

const ACTIONS: Record<string, string> = {
  ...logistics.ACTIONS,
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
  canteen_sync_run: '立即同步食堂记录',
  canteen_account_resynced: '重新读取餐卡账户的记录',
  menu_published: '发布菜单',
  profile_erased: '清除微信昵称与头像',
  migration_pull_started: '开始拉取原公众号粉丝',
  migration_pulled: '粉丝拉取完成',
  migration_convert_started: '开始转换 openid',
  migration_converted: '转换完成',
  migration_paused: '暂停迁移',
  migration_resumed: '继续迁移',
  migration_stopped: '迁移停止',
  migration_failures_exported: '导出转换失败名单',
  import_opened: '上传迁移文件',
  import_checked: '检查迁移文件',
  import_started: '开始导入',
  import_finished: '导入完成',
  import_discarded: '丢弃迁移文件',
  import_faults_exported: '导出文件问题',
  office_sign_in: '登录管理端',
  office_sign_in_confirmed: '确认登录管理端',
  office_sign_in_refused: '拒绝登录管理端',
}

const SUBJECTS: Record<string, string> = {
  ...logistics.SUBJECTS,
  user: '用户',
  visit: '访客预约',
  visits: '访客预约列表',
  block: '黑名单',
  push: '推送',
  menu: '公众号菜单',
  ticket: '登录二维码',
  migration: '账号迁移',
  import: '迁移文件',
}

/** Who acts without being a user. */
const ACTORS: Record<string, string> = {
  command: '系统命令',
  set_up_products: '系统命令',
  close_visits: '定时任务',
  continue_migration: '定时任务',
  read_passages: '定时任务',
  repair_holds: '定时任务',
  sweep_holds: '定时任务',
  warn_certificates: '定时任务',
  wechat: '微信',
  le: '物流系统',
  registration: '司机登记',
}

const FIELDS: Record<string, string> = {
  ...logistics.FIELDS,
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
  task: '任务',
  paused: '已暂停',
  source_form: '原账号写法',
  approved_on: '审核通过日期',
  followers: '粉丝',
  told: '微信报告的粉丝数',
  converted: '已转换',
  failed: '失败',
  code: '原因代码',
  account: '原公众号',
  kind: '内容',
  created: '新增',
  updated: '更新',
  unchanged: '未变',
  presence: '出入',
}

const VALUES: Record<string, string> = {
  ...logistics.VALUES,
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
  pull: '拉取粉丝',
  convert: '转换',
  none: '无',
  raw_id: '原始 ID',
  app_id: 'AppID',
  canteen: '东南餐饮管理',
  logistics: '东南智慧物流',
  followers: 'openid 列表',
  phones: '手机绑定',
  drivers: '司机档案',
  vehicles: '车辆档案',
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
  return ACTORS[actor.split(':')[0] ?? ''] ?? (actor_name || '微信用户')
}

/** What was changed: its kind, and the name or id that tells it from others. */
export function subjectWords({ subject, subject_name }: Pick<AuditEntry, 'subject' | 'subject_name'>): string[] {
  const [kind = '', ...rest] = subject.split(':')
  const id = rest.join(':')
  return [SUBJECTS[kind] ?? kind, subject_name || (kind === 'migration' && VALUES[id]) || id]
}

/** Where the changed object can be looked at, if there is a page for it. */
export function subjectPlace(subject: string): { path: string; query: Record<string, string> } | null {
  const [kind, id] = subject.split(':')
  if (kind === 'user' && id) return { path: '/admin/users', query: { user: id } }
  if (kind === 'visit' && id) return { path: '/admin/visits', query: { visit: id } }
  if (kind === 'migration') return { path: '/admin/migration', query: {} }
  if (kind === 'import' && id) return { path: '/admin/migration', query: { import: id } }
  return kind && id ? logistics.placeOf(kind, id) : null
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
  if (Array.isArray(value)) return value.map((one) => ROLES[one as Role] ?? checkName(String(one))).join('、')
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return formatStamp(parse(text))
  return VALUES[text] ?? text
}
