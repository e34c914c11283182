import { expect, it } from 'vitest'
import type { Difference, Reconciliation } from '@/shared/api/canteenOfficeTypes'
import { boundsOf, monthOf, monthWords } from './month'
import { differenceFacts, sidesOf, sideWords } from './words'

const day = (change: Partial<Reconciliation>): Reconciliation => ({
  ...{ id: '2026-11-24', day: '2026-11-24', state: 'matched', ran_at: null, message: '', open_differences: 0 },
  ...{ bill_count: 2, bill_fen: 15_000, bill_refund_fen: 5000, ours_count: 2, ours_fen: 15_000 },
  ...{ ours_refund_fen: 5000, canteen_count: 1, canteen_fen: 10_000 },
  ...change,
})

it('adds the sides of several days up', () => {
  const [bill, ours, canteen] = sidesOf([day({}), day({ bill_count: 1, bill_fen: 1 })])
  expect(bill).toMatchObject({ count: 3, fen: 15_001, refundFen: 10_000 })
  expect(ours).toMatchObject({ count: 4, fen: 30_000 })
  expect(canteen).toMatchObject({ count: 2, fen: 20_000, refundFen: null })
  expect(bill && sideWords(bill)).toBe('150.01 3 笔')
})

it('says which side does not know of it', () => {
  const found = { day: '2026-11-24', bill_fen: 5000, ours_fen: null, canteen_fen: 0, account_no: null } as Difference
  const facts = Object.fromEntries(differenceFacts({ ...found, found_at: '2026-11-25T02:00:00Z' }))
  expect(facts).toMatchObject({ 微信账单: '¥50.00', 本系统: '无', 食堂: '¥0.00', 餐卡账号: null })
})

it('knows months', () => {
  expect(boundsOf('2024-02')).toEqual({ first: '2024-02-01', last: '2024-02-29' })
  expect(boundsOf('2026-12').last).toBe('2026-12-31')
  // Already December in Fujian, still November in UTC.
  expect(monthOf({}, Date.parse('2026-11-30T17:00:00Z'))).toBe('2026-12')
  expect(monthOf({ month: '2026-05' }, 0)).toBe('2026-05')
  expect(monthWords('2026-05')).toBe('2026年5月')
})
