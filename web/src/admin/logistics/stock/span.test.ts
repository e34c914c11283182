import { describe, expect, it } from 'vitest'
import { boundsOf, daysOf, moveDay, spanOf, stepSpan } from './span'

describe('the days a chart shows', () => {
  it('end on the chosen day', () => {
    expect(daysOf('day', '2026-11-26')).toEqual({ first: '2026-11-26', last: '2026-11-26' })
    expect(daysOf('week', '2026-12-03')).toEqual({ first: '2026-11-27', last: '2026-12-03' })
    expect(daysOf('month', '2026-03-01')).toEqual({ first: '2026-01-31', last: '2026-03-01' })
  })
  it('go back and forth, never beyond today', () => {
    expect(stepSpan('day', '2026-11-26', -1, '2026-11-26')).toBe('2026-11-25')
    expect(stepSpan('week', '2026-11-20', 1, '2026-11-26')).toBe('2026-11-26')
    expect(moveDay('2026-12-31', 1)).toBe('2027-01-01')
  })
  it('reach from midnight to midnight on the plant’s clock, and not beyond now', () => {
    const now = Date.parse('2026-11-26T03:00:00Z')
    const bounds = (last: string) => boundsOf(daysOf('day', last), now)
    expect(bounds('2026-11-26')).toEqual({ from: Date.parse('2026-11-25T16:00:00Z'), to: now })
    expect(bounds('2026-11-25').to).toBe(Date.parse('2026-11-25T16:00:00Z'))
  })
  it('are a day unless the address says otherwise', () => {
    expect([spanOf(undefined), spanOf('week'), spanOf('year')]).toEqual(['day', 'week', 'day'])
  })
})
