import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError, NetworkError } from '@/shared/api/errors'
import type { ReserveRequest, Visit } from '@/shared/api/types'
import { clearUserData } from '../composables/storage'
import { visitors } from '../http'
import { openDraft, saveDraft } from './draft'
import { emptyVisitor } from './rules'
import { useReservation } from './useReservation'

const NOW = Date.parse('2026-11-22T01:00:00Z')
const HOUR = 3_600_000
const VISIT = { id: 'v1', ends_at: '2026-11-22T04:00:00Z' } as Visit

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the draft', () => {
  it('is there again when the page was killed, with the same request id', () => {
    const draft = openDraft('u1', NOW)
    draft.form.purpose = '送货'
    saveDraft('u1', draft, NOW)
    const again = openDraft('u1', NOW + 23 * HOUR)
    expect(again.form.purpose).toBe('送货')
    expect(again.requestId).toBe(draft.requestId)
  })
  it('belongs to one user, ends after a day, and goes when the user signs out', () => {
    const draft = openDraft('u1', NOW)
    saveDraft('u1', draft, NOW)
    expect(openDraft('u2', NOW).requestId).not.toBe(draft.requestId)
    expect(openDraft('u1', NOW + 25 * HOUR).requestId).not.toBe(draft.requestId)
    clearUserData('u1')
    expect(openDraft('u1', NOW).requestId).not.toBe(draft.requestId)
  })
  it('never lies on the phone with an ID number, but a look at another page does not lose it', () => {
    const draft = openDraft('u1', NOW)
    draft.form.visitor.id_number = '11010519491231002X'
    draft.form.companions.push({ ...emptyVisitor(), name: '张德发', id_number: '110105194912310038' })
    saveDraft('u1', draft, NOW)
    expect(JSON.stringify({ ...localStorage })).not.toContain('110105')
    const { visitor, companions } = openDraft('u1', NOW).form
    expect(visitor.id_number).toBe('11010519491231002X')
    expect(companions).toMatchObject([{ name: '张德发', id_number: '110105194912310038' }])
  })
  it('survives broken storage', () => {
    localStorage.setItem('campus.u1.reserve-draft', '{broken')
    expect(openDraft('u1', NOW).form.purpose).toBe('')
  })
})

function filled(onDone = vi.fn().mockResolvedValue(undefined)) {
  const reservation = useReservation('u1', onDone)
  Object.assign(reservation.draft.form, {
    visitor: { ...emptyVisitor(), name: '林晓雨', gender: 'female', phone: '13800000000' },
    host: { name: '王海峰', phone: '13900001111', job_number: '' },
    startsAt: NOW + HOUR,
    endsAt: NOW + 3 * HOUR,
    purpose: '设备检修',
  })
  return { reservation, onDone }
}

describe('a submission', () => {
  it('sends one request for two quick taps', async () => {
    let answer: (visit: Visit) => void = () => undefined
    const reserve = vi.spyOn(visitors, 'reserve').mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const { reservation, onDone } = filled()
    const first = reservation.submission.run()
    const second = reservation.submission.run()
    answer(VISIT)
    await Promise.all([first, second])
    expect(reserve).toHaveBeenCalledOnce()
    expect(onDone).toHaveBeenCalledExactlyOnceWith(VISIT)
  })
  it('keeps the request id over lost answers, also after a reload, and drops it on success', async () => {
    const sent: string[] = []
    const reserve = vi.spyOn(visitors, 'reserve').mockImplementation((request: ReserveRequest) => {
      sent.push(request.request_id)
      return Promise.reject(new NetworkError(true))
    })
    const { reservation } = filled()
    await nextTick()
    await reservation.submission.run()
    expect(reservation.submission.error.value).toBeInstanceOf(NetworkError)
    const reloaded = useReservation('u1', vi.fn().mockResolvedValue(undefined))
    reserve.mockImplementation((request: ReserveRequest) => {
      sent.push(request.request_id)
      return Promise.resolve(VISIT)
    })
    await reloaded.submission.run()
    expect(sent).toHaveLength(2)
    expect(sent[0]).toBe(sent[1])
    expect(openDraft('u1', NOW).requestId).not.toBe(sent[0])
    expect(openDraft('u1', NOW).form.purpose).toBe('')
  })
  it('marks the fields the server refused until they are changed', async () => {
    const detail = [{ field: 'host.phone', message: '号码不对' }]
    vi.spyOn(visitors, 'reserve').mockRejectedValue(new ApiError(400, 'invalid_input', '…', detail))
    const { reservation } = filled()
    await nextTick()
    await reservation.submission.run()
    expect(reservation.problems.value).toEqual({ 'host.phone': '号码不对' })
    reservation.draft.form.host.phone = '13900002222'
    await nextTick()
    expect(reservation.problems.value).toEqual({})
  })
  it('says when an earlier sending with other content had arrived; only then a new id is taken', async () => {
    const reserve = vi.spyOn(visitors, 'reserve').mockRejectedValue(new ApiError(409, 'visit_request_reused', '…'))
    const { reservation } = filled()
    await reservation.submission.run()
    expect(reservation.isSentBefore.value).toBe(true)
    await reservation.submitAsNew()
    const [first, second] = reserve.mock.calls.map(([request]) => request.request_id)
    expect(second).not.toBe(first)
  })
})
