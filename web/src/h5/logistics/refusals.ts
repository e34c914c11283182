import { ApiError } from '@/shared/api/errors'
import type { FailedCheck } from '@/shared/api/logisticsTypes'

/** The failing checks of a `registration_checks_failed` answer; none for any other error. */
export function failedChecks(error: unknown): FailedCheck[] {
  if (!(error instanceof ApiError) || error.code !== 'registration_checks_failed') return []
  const detail = Array.isArray(error.detail) ? (error.detail as Partial<FailedCheck>[]) : []
  return detail.flatMap(({ code, subject, message }) =>
    code && message ? [{ code, subject: subject ?? '', message }] : [],
  )
}

/** Waiting may help, correcting the form does not. */
export function isStockProblem(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'stock_not_enough' || error.code === 'stock_not_confirmed')
}

/** Whom a check is about, unless its sentence says so itself. */
export function subjectOf({ subject, message }: FailedCheck): string {
  return message.includes(subject) ? '' : subject
}
