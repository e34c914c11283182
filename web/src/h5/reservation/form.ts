import type { ReserveRequest } from '@/shared/api/types'
import { toIso } from '@/shared/time'
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

export interface ReserveForm {
  visitor: VisitorDraft
  remember: boolean
  host: HostDraft
  startsAt: number | null
  endsAt: number | null
  purpose: string
}

export function emptyForm(): ReserveForm {
  return {
    visitor: emptyVisitor(),
    remember: true,
    host: emptyHost(),
    startsAt: null,
    endsAt: null,
    purpose: '',
  }
}

/** Field path (as the server names it) → what to correct. Empty when the form may be sent. */
export function formProblems(form: ReserveForm, now: number): Problems {
  const visitor = Object.entries(visitorProblems(form.visitor)).map(([field, text]) => [`visitor.${field}`, text])
  return {
    ...Object.fromEntries(visitor),
    ...present({
      ...hostProblems(form.host),
      purpose: form.purpose.trim() ? null : '请选择或填写来访事由',
    }),
    ...windowProblems(form.startsAt, form.endsAt, now),
  }
}

export function windowProblems(startsAt: number | null, endsAt: number | null, now: number): Problems {
  if (startsAt === null || endsAt === null) {
    return present({
      starts_at: startsAt === null ? '请选择开始时间' : null,
      ends_at: endsAt === null ? '请选择结束时间' : null,
    })
  }
  if (endsAt <= startsAt) return { ends_at: '结束时间应晚于开始时间' }
  if (startsAt < now - START_GRACE_MS) return { starts_at: '开始时间已过，请重新选择' }
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
    remember: form.remember,
    host: toHost(form.host),
    starts_at: toIso(form.startsAt),
    ends_at: toIso(form.endsAt),
    purpose: form.purpose.trim(),
  }
}
