import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '@/shared/time'
import { arrivalProblem, arrivalSlots, arrivalWords, latestArrival, slotDays, slotsOf } from './arrival'
import { clockOf, leftWords, limitCountdown } from './countdown'
import { erase, mayFollow, places, press, rowsFor, spacedPlate, type PlateKind } from './plateKeys'
import { barSteps } from './stepBar'

const NOON = Date.parse('2026-11-26T12:10:20+08:00')
const iso = (ms: number): string => new Date(ms).toISOString()
const limit = (left: number, warnIn: number) => ({ expires_at: iso(NOON + left), warn_at: iso(NOON + warnIn) })

describe('the countdown', () => {
  it('runs to the second, is amber from the warning on and red at the end', () => {
    expect(limitCountdown(limit(HOUR_MS + 1500, MINUTE_MS), NOON)).toEqual({
      clock: '01:00:02',
      tone: 'busy',
      isOver: false,
    })
    expect(limitCountdown(limit(MINUTE_MS, 0), NOON)?.tone).toBe('waiting')
    expect(limitCountdown(limit(0, -1), NOON)).toEqual({ clock: '00:00:00', tone: 'failed', isOver: true })
    expect(clockOf(-5000)).toBe('00:00:00')
    expect(clockOf(25 * HOUR_MS)).toBe('25:00:00')
  })
  it('is none once the truck has arrived', () => {
    expect(limitCountdown({ expires_at: null, warn_at: null }, NOON)).toBeNull()
  })
  it('has words for a line', () => {
    expect(leftWords(HOUR_MS + 23 * MINUTE_MS + 59_000)).toBe('1 小时 23 分')
    expect(leftWords(4 * HOUR_MS)).toBe('4 小时')
    expect(leftWords(8 * MINUTE_MS)).toBe('8 分钟')
    expect(leftWords(59_000)).toBe('不到 1 分钟')
    expect(leftWords(50 * HOUR_MS)).toBe('2 天 2 小时')
  })
})

describe('the step bar', () => {
  const states = (...args: Parameters<typeof barSteps>) =>
    barSteps(...args).map(({ word, state }) => `${word} ${state}`)
  it('shows what is done, where the truck is and what comes', () => {
    expect(states('pickup', 'queued')).toEqual([
      '登记 done',
      '占用 done',
      '排队 current',
      '装车 todo',
      '出厂 todo',
      '签收 todo',
    ])
  })
  it('of a delivery has no hold and unloads; the last step is done when reached', () => {
    expect(states('delivery', 'signed')).toEqual(['登记 done', '排队 done', '卸车 done', '出厂 done', '签收 done'])
  })
})

describe('arrival windows', () => {
  it('end with the limit', () => {
    const latest = latestArrival(NOON, 240)
    const slots = arrivalSlots(NOON, latest)
    expect(slots.map(({ text }) => text)).toEqual(['现在起，14:10 前', '14:00–16:00'])
    expect(slots.every(({ to }) => to <= latest)).toBe(true)
  })
  it('are cut at the limit and left out when that is too short', () => {
    expect(arrivalSlots(NOON, NOON + 150 * MINUTE_MS).map(({ text }) => text)).toEqual([
      '现在起，14:10 前',
      '14:00–14:40',
    ])
    expect(arrivalSlots(NOON, NOON + 10 * MINUTE_MS)).toEqual([])
  })
  it('go on over the next days', () => {
    const slots = arrivalSlots(NOON, latestArrival(NOON, null))
    const days = slotDays(slots, NOON)
    expect(days.map(({ text }) => text)).toEqual(['今天', '明天', '11月28日 周六', '11月29日 周日'])
    expect(slotsOf(slots, days[1]?.key ?? '')).toHaveLength(12)
    expect(slotsOf(slots, days[0]?.key ?? '').at(-1)?.text).toBe('22:00–24:00')
  })
  it('are said with their day', () => {
    const from = Date.parse('2026-11-27T22:00:00+08:00')
    expect(arrivalWords(from, from + 2 * HOUR_MS, NOON)).toBe('明天 22:00–24:00')
    expect(arrivalWords(from, from + 4 * HOUR_MS, NOON)).toBe('明天 22:00 – 11月28日 周六 02:00')
  })
  it('grow old in a kept draft', () => {
    expect(arrivalProblem(null, null, NOON, NOON)).toBe('请选择到厂时间')
    expect(arrivalProblem(NOON - HOUR_MS, NOON, NOON, NOON + HOUR_MS)).toBe('选的时间已过，请重新选择')
    expect(arrivalProblem(NOON, NOON + 2 * HOUR_MS, NOON, NOON + HOUR_MS)).toBe('超过到厂时限，请选更早的时间')
    expect(arrivalProblem(NOON, NOON + HOUR_MS, NOON, NOON + HOUR_MS)).toBeNull()
  })
})

describe('the plate keyboard', () => {
  const type = (keys: string, kind: PlateKind = 'vehicle') =>
    [...keys].reduce((text, key) => press(text, key, kind), '')
  it('offers provinces, then signs', () => {
    expect(rowsFor('')[0]?.[0]).toBe('闽')
    expect(rowsFor('闽').flat()).not.toContain('闽')
    expect([...'IO'].some((key) => rowsFor('闽').flat().includes(key))).toBe(false)
  })
  it('takes only what a plate has at that place', () => {
    expect(mayFollow('闽', '1', 'vehicle')).toBe(false)
    expect(mayFollow('闽A', '1', 'vehicle')).toBe(true)
    expect(type('闽1A12345')).toBe('闽A12345')
  })
  it('knows ordinary, new energy and trailer plates', () => {
    expect(type('闽A12345')).toBe('闽A12345')
    expect(type('闽AD123456')).toBe('闽AD12345')
    expect(type('闽A1234', 'trailer')).toBe('闽A1234挂')
    expect(type('闽A12345', 'trailer')).toBe('闽A1234挂')
  })
  it('erases 挂 with the sign that brought it', () => {
    expect(erase('闽A1234挂')).toBe('闽A123')
    expect(erase('闽A1')).toBe('闽A')
    expect(erase('')).toBe('')
  })
  it('shows the places, the eighth for new energy', () => {
    expect(
      places('闽A', 'vehicle')
        .map(({ sign }) => sign)
        .join(''),
    ).toBe('闽A')
    expect(places('', 'vehicle').filter(({ isExtra }) => isExtra)).toHaveLength(1)
    expect(places('', 'trailer')).toHaveLength(7)
    expect(spacedPlate('闽A12345')).toBe('闽A·12345')
  })
})
