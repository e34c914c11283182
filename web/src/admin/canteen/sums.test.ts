import { expect, it } from 'vitest'
import { addRecords, addTopUps, mealTable } from './sums'

const records = (spent_fen: number, days: [string, 'lunch' | 'dinner', number][], next_cursor: string | null) => ({
  ...{ count: days.length, spent_fen, topped_up_fen: 100, subsidy_fen: 20, other_fen: -3, next_cursor },
  days: days.map(([day, meal, fen]) => ({ day, meal, count: 1, spent_fen: fen })),
})

it('adds slices up, a meal that was cut in two once', () => {
  const first = records(2500, [['2026-11-25', 'lunch', 1500], ['2026-11-24', 'dinner', 1000]], 'x') // prettier-ignore
  const second = records(1300, [['2026-11-24', 'dinner', 500], ['2026-11-24', 'lunch', 800]], null) // prettier-ignore
  const sums = addRecords(first, second)
  expect(sums).toMatchObject({ count: 4, spent_fen: 3800, topped_up_fen: 200, subsidy_fen: 40, other_fen: -6 })
  expect(sums.next_cursor).toBeNull()
  expect(sums.days).toContainEqual({ day: '2026-11-24', meal: 'dinner', count: 2, spent_fen: 1500 })
  expect(mealTable(sums, ['2026-11-23', '2026-11-24', '2026-11-25'], ['lunch', 'dinner'])).toEqual([
    { meal: 'lunch', fen: [0, 800, 1500] },
    { meal: 'dinner', fen: [0, 1500, 0] },
  ])
  expect(mealTable(null, ['2026-11-23'], ['lunch'])).toEqual([{ meal: 'lunch', fen: [0] }])
})

it('adds top-ups up', () => {
  const slice = (paid_fen: number, next_cursor: string | null) => ({
    ...{ count: 2, ordered_fen: paid_fen + 100, paid_fen, credited_fen: 10, refunded_fen: 20, open_fen: 30 },
    days: [{ day: '2026-11-25', count: 1, amount_fen: paid_fen }],
    next_cursor,
  })
  expect(addTopUps(slice(1000, 'x'), slice(500, null))).toEqual({
    ...{ count: 4, ordered_fen: 1700, paid_fen: 1500, credited_fen: 20, refunded_fen: 40, open_fen: 60 },
    days: [{ day: '2026-11-25', count: 2, amount_fen: 1500 }],
    next_cursor: null,
  })
})
