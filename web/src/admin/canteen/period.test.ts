import { expect, it } from 'vitest'
import { daysBetween, withPeriod } from './period'

const NOON = Date.parse('2026-11-25T04:00:00Z')

it('asks for the last seven days until the address names others', () => {
  expect(withPeriod({ first: '', last: '', meal: 'lunch' }, NOON)).toEqual({
    first: '2026-11-19',
    last: '2026-11-25',
    meal: 'lunch',
  })
  expect(withPeriod({ first: '2026-01-01', last: '2026-01-02' }, NOON).first).toBe('2026-01-01')
  // 00:30 in Fujian is still the day before in UTC.
  expect(withPeriod({}, Date.parse('2026-11-24T16:30:00Z'))['last']).toBe('2026-11-25')
})

it('knows every day of a period', () => {
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
  expect(daysBetween('2026-03-01', '2026-02-27')).toEqual([])
})
