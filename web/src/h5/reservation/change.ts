import type { ChangeRequest, Visit } from '@/shared/api/types'
import { type Content, differences } from '@/shared/differences'
import { parse } from '@/shared/time'
import { normalisePhone } from '@/shared/phones'
import { type HostDraft, hostOfVisit } from './host'
import { emptyForm, peopleOf, type ReserveForm, toRequest } from './form'
import { emptyVisitor, maskedNumber, toVisitor, type VisitorDraft } from './rules'

/** The form of visits as they are, ready to be edited; all of them have the same host, time and purpose. */
export function formOf([first, ...rest]: readonly Visit[]): ReserveForm {
  if (!first) return emptyForm()
  const { host, starts_at, ends_at, purpose } = first
  return {
    ...emptyForm(),
    visitor: personOf(first),
    companions: rest.map(personOf),
    remember: false,
    host: hostOfVisit(host),
    startsAt: parse(starts_at),
    endsAt: parse(ends_at),
    purpose,
  }
}

function personOf({ visitor }: Visit): VisitorDraft {
  const { name, gender, phone, plate_number, id_number_masked, face } = visitor
  const known = { name, gender, phone, plate_number: plate_number ?? '', id_number_masked }
  return { ...emptyVisitor(), ...known, face_kept: face?.state === 'kept', face_at_gate: face?.state === 'at_gate' }
}

/** A visit with what is to be said of its face photo; one that the gate has already is not ours to hand on. */
const asContent = (visit: Visit): Content => ({ ...visit, face: visit.visitor.face?.state === 'kept' ? '有' : '' })

function faceOf({ face, face_of, face_kept }: VisitorDraft): string {
  if (face || face_of) return '新照片'
  return face_kept ? '有' : ''
}

/** What the form says of the person at a position, to be compared with the visit. */
export function contentOf(form: ReserveForm, position: number): Content {
  const { starts_at, ends_at, purpose } = toRequest(form, '')
  const host = form.host
  const draft = peopleOf(form)[position] ?? emptyVisitor()
  const { name, gender, phone, plate_number } = toVisitor(draft)
  const id_number_masked = maskedNumber(draft) || null
  return {
    visitor: { name, gender, phone, plate_number: plate_number ?? null, id_number_masked },
    face: faceOf(draft),
    host: { name: host.name.trim(), phone: shownPhone(host), job_number: host.job_number.trim() || null },
    starts_at,
    ends_at,
    purpose,
  }
}

/** As the visit shows it: masked when chosen. */
function shownPhone({ choice, phone }: HostDraft): string {
  return choice ? phone : normalisePhone(phone)
}

export interface ChangedVisit {
  visit: Visit
  before: Content
  position: number
  content: Content
}

/** The visits that the checked form makes different; the others keep what they have, approval and pass included. */
export function changedVisits(form: ReserveForm, visits: readonly Visit[], now: number): ChangedVisit[] {
  return visits
    .map((visit, position) => ({ visit, before: asContent(visit), position, content: contentOf(form, position) }))
    .filter(({ before, content }) => differences(before, content, now).length > 0)
}

/** The request of a checked form that changes something. `seen` tells which decision the owner knows of. */
export function toChange(form: ReserveForm, changed: readonly ChangedVisit[], requestId: string): ChangeRequest {
  const { host, starts_at, ends_at, purpose } = toRequest(form, requestId)
  const people = peopleOf(form)
  const [visitor, ...companions] = changed.map(({ visit, position }) => {
    const draft = people[position] ?? emptyVisitor()
    return {
      ...toVisitor(draft),
      visit_id: visit.id,
      seen: visit.status === 'approved' ? ('approved' as const) : ('submitted' as const),
      keep_id_number: draft.id_number_masked !== null,
      keep_face: draft.face_kept,
    }
  })
  if (!visitor) throw new Error('nothing was changed')
  return { request_id: requestId, visitor, companions, host, starts_at, ends_at, purpose }
}
