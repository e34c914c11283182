import type { AuditEntry, Role } from './api/types'
import * as canteen from './auditCanteen'
import * as logistics from './auditLogistics'
import { ACTIONS, ACTORS, FIELDS, SUBJECTS, VALUES } from './auditWords'
import { checkName } from './checks'
import { ROLES } from './roles'
import { formatStamp, parse } from './time'
import { money } from './money'

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
  return kind && id ? (logistics.placeOf(kind, id) ?? canteen.placeOf(kind, id)) : null
}

/** The fields that differ, before → after; an entry without states has none. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): AuditChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  fields.delete(HIDDEN)
  return [...fields]
    .map((field) => ({
      field: FIELDS[field] ?? field,
      before: fieldWord(field, before?.[field]),
      after: fieldWord(field, after?.[field]),
    }))
    .filter((change) => change.before !== change.after)
}

/** Money is whole fen. */
function fieldWord(field: string, value: unknown): string {
  return field.endsWith('_fen') && typeof value === 'number' ? money(value) : valueWord(value)
}

function valueWord(value: unknown): string {
  if (value === undefined || value === null || (Array.isArray(value) && !value.length)) return '无'
  if (Array.isArray(value)) return value.map((one) => ROLES[one as Role] ?? checkName(String(one))).join('、')
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return formatStamp(parse(text))
  return VALUES[text] ?? text
}
