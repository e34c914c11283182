import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import type { Registration } from '@/shared/api/logisticsTypes'
import { HOUR_MS, MINUTE_MS } from '@/shared/time'
import { currentOnes, entranceLine, lookAgain, nextAction } from './current'
import { failedChecks, isStockProblem, subjectOf } from './refusals'
import { differenceTo, newSignOff, signOffProblem, toSignOff } from './signOff'

const NOW = Date.parse('2026-11-26T08:00:00+08:00')
const iso = (ms: number): string => new Date(ms).toISOString()
const made = (status: Registration['status'], more: Partial<Registration> = {}): Registration =>
  ({
    ...{
      id: status,
      status,
      kind: 'pickup',
      le: 'done',
      hold: null,
      lane_code: null,
      can_sign_off: status === 'exited',
    },
    ...{ product_name: '32%液碱', quantity: '30.000', created_at: iso(NOW), events: [] },
    ...more,
  }) as Registration
const holding = (left: number) =>
  made('card_issued', {
    hold: { state: 'open', quantity: '30.000', expires_at: null, warn_at: null },
    ...{ expires_at: iso(NOW + left), warn_at: iso(NOW + left - HOUR_MS) },
  })

describe('the current registrations', () => {
  it('are the open ones, the most urgent first', () => {
    const all = [made('signed'), made('queued'), made('exited'), holding(HOUR_MS), made('called'), made('cancelled')]
    expect(currentOnes(all, NOW).map(({ id }) => id)).toEqual(['called', 'card_issued', 'exited', 'queued'])
  })
  it('is the last one for a day when it ended without goods', () => {
    expect(currentOnes([made('expired'), made('signed')], NOW).map(({ id }) => id)).toEqual(['expired'])
    expect(currentOnes([made('expired')], NOW + 25 * HOUR_MS)).toEqual([])
    expect(currentOnes([made('signed'), made('expired')], NOW)).toEqual([])
  })
  it('lead to the one thing to do next', () => {
    expect(nextAction(made('exited'))?.to).toBe('/logistics/registrations/exited/sign-off')
    expect(nextAction(made('called'))?.to).toBe('/logistics/queue')
    expect(nextAction(made('expired', { kind: 'delivery' }))?.to).toBe('/logistics/register?kind=delivery')
    expect(nextAction(made('loading'))).toBeNull()
  })
  it('are looked at as long as something can change, sooner when it is about to', () => {
    expect(lookAgain([made('signed')], NOW)).toBeNull()
    expect(lookAgain([holding(HOUR_MS)], NOW)).toBe(15_000)
    expect(lookAgain([holding(0)], NOW)).toBe(5_000)
    expect(lookAgain([made('signed', { le: 'waiting' })], NOW)).toBe(5_000)
  })
})

describe('the line of the entrance', () => {
  it('says what matters now', () => {
    expect(entranceLine(holding(HOUR_MS + 23 * MINUTE_MS), NOW)).toBe('32%液碱 30 吨 · 占用还剩 1 小时 23 分')
    expect(entranceLine({ ...holding(HOUR_MS), hold: null }, NOW)).toBe('32%液碱 30 吨 · 到厂还剩 1 小时')
    expect(entranceLine(holding(0), NOW)).toBe('32%液碱 30 吨 · 占用时间已到')
    expect(entranceLine(made('called', { lane_code: 'L2' }), NOW)).toBe('已叫号，请到 2 号道')
    expect(entranceLine(made('expired'), NOW)).toBe('已退卡，请重新登记')
    expect(entranceLine(made('loading', { kind: 'delivery' }), NOW)).toBe('32%液碱 30 吨 · 卸车中')
  })
})

describe('a refusal', () => {
  const failed = { code: 'overload', subject: '闽B55555', message: '超过核定载质量' }
  it('lists every failing check', () => {
    const error = new ApiError(409, 'registration_checks_failed', '没有通过', [failed, { nonsense: 1 }])
    expect(failedChecks(error)).toEqual([failed])
    expect(failedChecks(new ApiError(409, 'other', '', [failed]))).toEqual([])
    expect(failedChecks(new Error('x'))).toEqual([])
  })
  it('names the subject once', () => {
    expect(subjectOf(failed)).toBe('闽B55555')
    expect(subjectOf({ ...failed, message: '闽B55555 超过核定载质量' })).toBe('')
  })
  it('for want of stock can be tried again', () => {
    expect(isStockProblem(new ApiError(409, 'stock_not_confirmed', ''))).toBe(true)
    expect(isStockProblem(new ApiError(409, 'registration_checks_failed', ''))).toBe(false)
  })
})

describe('the sign-off', () => {
  const NET = '29.860'
  it('begins with the net weight and sends exact tonnes', () => {
    const draft = { ...newSignOff(NET), reason: ' ', photos: ['P'] }
    expect(draft.quantity).toBe('29.86')
    expect(toSignOff(draft)).toMatchObject({ quantity: NET, reason: '', photos: ['P'], request_id: draft.requestId })
    expect(signOffProblem(draft, { net: NET, allowed_difference: '0.089' })).toBeNull()
  })
  it('needs a reason beyond what the server allows, to the kilogram', () => {
    const weighed = { net: '30.000', allowed_difference: '0.090' }
    expect(differenceTo({ ...weighed, net: NET }, '29.86')).toBeNull()
    expect(differenceTo(weighed, '29.910')).toEqual({ words: '-0.09 吨', isBeyond: false })
    expect(differenceTo(weighed, '29.909')?.isBeyond).toBe(true)
    const draft = { ...newSignOff('30.000'), quantity: '31' }
    expect(signOffProblem(draft, weighed)).toContain('原因')
    expect(signOffProblem({ ...draft, reason: '客户磅差' }, weighed)).toBeNull()
    expect(signOffProblem({ ...draft, quantity: '' }, weighed)).toContain('实收')
  })
})
