import type { SavedVisitor, Visitor } from '@/shared/api/types'
import { isPhone, normalisePhone } from '@/shared/phones'
import { HOUR_MS, MINUTE_MS } from '@/shared/time'

/** The server's own rules, so that a mistake is told before sending; the server decides all the same. */
export const START_GRACE_MS = 10 * MINUTE_MS
export const MIN_DURATION_MS = 30 * MINUTE_MS
export const MAX_DURATION_MS = 7 * 24 * HOUR_MS
export const MAX_AHEAD_MS = 60 * 24 * HOUR_MS
export const NAME_MAX = 32
export const PURPOSE_MAX = 100
export const JOB_NUMBER_MAX = 20

const PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]'
const LETTER = '[A-HJ-NP-Z]'
const SIGN = '[A-HJ-NP-Z0-9]'
/** GA 36: small and large new energy, trailer, training, police, Hong Kong and Macao, ordinary. */
const PLATE = new RegExp(
  `^(?:${PROVINCE}${LETTER}[A-HJK]${SIGN}[0-9]{4}` +
    `|${PROVINCE}${LETTER}[0-9]{5}[A-HJK]` +
    `|${PROVINCE}${LETTER}${SIGN}{4}[挂学]` +
    `|${PROVINCE}[A-HJ-NP-ZO]${SIGN}{4}警` +
    `|粤Z${SIGN}{4}[港澳]` +
    `|${PROVINCE}[A-HJ-NP-ZO]${SIGN}{5})$`,
)

export function normalisePlate(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s·•・.-]/g, '')
}

export function isPlate(text: string): boolean {
  return PLATE.test(normalisePlate(text))
}

export function normaliseResidentId(text: string): string {
  return text.normalize('NFKC').trim().toUpperCase()
}

/** GB 11643: a real birth date from 1900 until today, and ISO 7064 MOD 11-2 over all 18 characters. */
export function isResidentId(text: string, today = new Date()): boolean {
  const number = normaliseResidentId(text)
  const found = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/.exec(number)
  if (!found) return false
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number]
  const born = new Date(0)
  born.setFullYear(year, month - 1, day)
  if (born.getMonth() !== month - 1 || born.getDate() !== day || year < 1900 || born > today) return false
  const weighted = [...number].reduce((sum, digit) => (sum * 2 + '0123456789X'.indexOf(digit)) % 11, 0)
  return weighted === 1
}

/** As the gate platform takes it: 1–32 characters without `' / \ : * ? " < > |`. */
export function nameProblem(text: string): string | null {
  const name = text.trim()
  if (!name) return '请填写姓名'
  if (name.length > NAME_MAX) return `姓名最多 ${NAME_MAX} 个字`
  return /['/\\:*?"<>|]/.test(name) ? '姓名不能包含特殊符号' : null
}

export type Problems = Record<string, string>

/** What is still wrong with a person, keyed by the field. */
export function visitorProblems(visitor: VisitorDraft): Problems {
  return present({
    name: nameProblem(visitor.name),
    face: visitor.face_busy ? '照片正在处理，请稍候' : null,
    gender: visitor.gender === null ? '请选择性别' : null,
    phone: isPhone(visitor.phone) ? null : '请填写 11 位手机号码',
    id_number: !visitor.id_number.trim() || isResidentId(visitor.id_number) ? null : '身份证号不正确，请核对 18 位号码',
    plate_number:
      !visitor.plate_number.trim() || isPlate(visitor.plate_number) ? null : '车牌号格式不正确，例如 闽A12345',
  })
}

export function present(problems: Record<string, string | null>): Problems {
  const found: Problems = {}
  for (const [field, problem] of Object.entries(problems)) if (problem !== null) found[field] = problem
  return found
}

export interface VisitorDraft {
  name: string
  gender: Visitor['gender'] | null
  phone: string
  plate_number: string
  /** Typed in full; never kept on the phone. */
  id_number: string
  /** The saved visitor whose number is used, and what may be shown of it. */
  id_number_of: string | null
  id_number_masked: string | null
  /** A photo just uploaded, by its id, or the saved visitor whose photo is used. */
  face: string | null
  face_of: string | null
  /** Of a visit being changed: its photo goes along, or the gate has it already and it cannot. */
  face_kept: boolean
  face_at_gate: boolean
  /** A photo is being made small and uploaded. */
  face_busy: boolean
}

export function emptyVisitor(): VisitorDraft {
  return {
    name: '',
    gender: null,
    phone: '',
    plate_number: '',
    id_number: '',
    id_number_of: null,
    id_number_masked: null,
    face: null,
    face_of: null,
    face_kept: false,
    face_at_gate: false,
    face_busy: false,
  }
}

export function toDraft(visitor: SavedVisitor): VisitorDraft {
  const { id, name, gender, phone, plate_number, id_number_masked, has_face } = visitor
  const id_number_of = id_number_masked ? id : null
  const known = { name, gender, phone, plate_number: plate_number ?? '', id_number_of, id_number_masked }
  return { ...emptyVisitor(), ...known, face_of: has_face ? id : null }
}

/** The number as a reader may see it: `350***********001X`. */
export function maskedNumber({ id_number, id_number_masked }: VisitorDraft): string {
  const number = normaliseResidentId(id_number)
  return number ? `${number.slice(0, 3)}${'*'.repeat(11)}${number.slice(-4)}` : (id_number_masked ?? '')
}

/** What may lie in the phone's storage: no ID number. */
export function keepable(visitor: VisitorDraft): VisitorDraft {
  return { ...visitor, id_number: '', face_busy: false }
}

/** The checked draft as the API takes it. */
export function toVisitor(draft: VisitorDraft): Visitor {
  const plate = normalisePlate(draft.plate_number)
  return {
    name: draft.name.trim(),
    gender: draft.gender ?? 'male',
    phone: normalisePhone(draft.phone),
    plate_number: plate || null,
    id_number: normaliseResidentId(draft.id_number) || null,
    id_number_of: draft.id_number_of,
    face: draft.face,
    face_of: draft.face_of,
  }
}
