import type { ReserveRequest } from '@/shared/api/types'
import { toIso } from '@/shared/time'
import { normalisePhone } from '@/shared/phones'
import { emptyHost, type HostDraft, hostProblems, toHost } from './host'
import {
  emptyVisitor,
  MAX_AHEAD_MS,
  MAX_DURATION_MS,
  MIN_DURATION_MS,
  present,
  type Problems,
  START_GRACE_MS,
  toVisitor,
  visitorProblems,
  type VisitorDraft,
} from './rules'

/** As many as the server takes in one reservation, the first one included. */
export const MAX_PEOPLE = 10

export interface ReserveForm {
  visitor: VisitorDraft
  /** Who else comes, with the same host at the same time. */
  companions: VisitorDraft[]
  remember: boolean
  host: HostDraft
  startsAt: number | null
  endsAt: number | null
  purpose: string
}

export function emptyForm(): ReserveForm {
  return {
    visitor: emptyVisitor(),
    companions: [],
    remember: true,
    host: emptyHost(),
    startsAt: null,
    endsAt: null,
    purpose: '',
  }
}

/** Everybody who comes, the first one first. */
export function peopleOf(form: Pick<ReserveForm, 'visitor' | 'companions'>): VisitorDraft[] {
  return [form.visitor, ...form.companions]
}

/** How the server names the fields of the person at a position. */
export function personPrefix(position: number): string {
  return position === 0 ? 'visitor.' : `companions.${position - 1}.`
}

function peopleProblems(people: readonly VisitorDraft[]): Problems {
  const phones = people.map(({ phone }) => normalisePhone(phone))
  const found: Problems = {}
  people.forEach((person, position) => {
    const prefix = personPrefix(position)
    for (const [field, text] of Object.entries(visitorProblems(person))) found[prefix + field] = text
    const earlier = phones.indexOf(phones[position] ?? '')
    if (earlier < position) found[`${prefix}phone`] ??= `与第 ${earlier + 1} 位访客的手机号相同，请填写各人自己的手机号`
  })
  return found
}

/**
 * Field path (as the server names it) → what to correct. Empty when the form may be sent. A change may keep a start that
 * has passed (`keptStart`).
 */
export function formProblems(form: ReserveForm, now: number, keptStart: number | null = null): Problems {
  return {
    ...peopleProblems(peopleOf(form)),
    ...present({
      ...hostProblems(form.host),
      purpose: form.purpose.trim() ? null : '请选择或填写来访事由',
    }),
    ...windowProblems(form.startsAt, form.endsAt, now, keptStart),
  }
}

export function windowProblems(
  startsAt: number | null,
  endsAt: number | null,
  now: number,
  keptStart: number | null = null,
): Problems {
  if (startsAt === null || endsAt === null) {
    return present({
      starts_at: startsAt === null ? '请选择开始时间' : null,
      ends_at: endsAt === null ? '请选择结束时间' : null,
    })
  }
  if (endsAt <= startsAt) return { ends_at: '结束时间应晚于开始时间' }
  if (startsAt < now - START_GRACE_MS && startsAt !== keptStart) return { starts_at: '开始时间已过，请重新选择' }
  if (endsAt <= now) return { ends_at: '结束时间已过，请重新选择' }
  if (endsAt - startsAt < MIN_DURATION_MS) return { ends_at: '来访时间至少 30 分钟' }
  if (endsAt - startsAt > MAX_DURATION_MS) return { ends_at: '一次来访最长 7 天，更长请分次预约' }
  return startsAt > now + MAX_AHEAD_MS ? { starts_at: '只能预约 60 天以内的时间' } : {}
}

/** The request of a form without problems. */
export function toRequest(form: ReserveForm, requestId: string): ReserveRequest {
  if (form.startsAt === null || form.endsAt === null) throw new Error('the form was not checked')
  return {
    request_id: requestId,
    visitor: toVisitor(form.visitor),
    companions: form.companions.map(toVisitor),
    remember: form.remember,
    host: toHost(form.host),
    starts_at: toIso(form.startsAt),
    ends_at: toIso(form.endsAt),
    purpose: form.purpose.trim(),
  }
}
