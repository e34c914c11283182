import type { Meal, RecordSums, TopUpSums } from '@/shared/api/canteenOfficeTypes'

/** Two slices of the records' sums as one. A day and meal may be in both. */
export function addRecords(sums: RecordSums, slice: RecordSums): RecordSums {
  const days = new Map(sums.days.map((one) => [`${one.day} ${one.meal}`, one]))
  for (const one of slice.days) {
    const known = days.get(`${one.day} ${one.meal}`)
    const sum = known && { ...one, count: known.count + one.count, spent_fen: known.spent_fen + one.spent_fen }
    days.set(`${one.day} ${one.meal}`, sum ?? one)
  }
  return {
    count: sums.count + slice.count,
    spent_fen: sums.spent_fen + slice.spent_fen,
    topped_up_fen: sums.topped_up_fen + slice.topped_up_fen,
    subsidy_fen: sums.subsidy_fen + slice.subsidy_fen,
    other_fen: sums.other_fen + slice.other_fen,
    days: [...days.values()],
    next_cursor: slice.next_cursor,
  }
}

/** The same for top-ups. */
export function addTopUps(sums: TopUpSums, slice: TopUpSums): TopUpSums {
  const days = new Map(sums.days.map((one) => [one.day, one]))
  for (const one of slice.days) {
    const known = days.get(one.day)
    const sum = known && { ...one, count: known.count + one.count, amount_fen: known.amount_fen + one.amount_fen }
    days.set(one.day, sum ?? one)
  }
  return {
    count: sums.count + slice.count,
    ordered_fen: sums.ordered_fen + slice.ordered_fen,
    paid_fen: sums.paid_fen + slice.paid_fen,
    credited_fen: sums.credited_fen + slice.credited_fen,
    refunded_fen: sums.refunded_fen + slice.refunded_fen,
    open_fen: sums.open_fen + slice.open_fen,
    days: [...days.values()],
    next_cursor: slice.next_cursor,
  }
}

/** Spent on every day, meal by meal, in fen; a day without a meal has a nought there. */
export function mealTable(sums: RecordSums | null, days: readonly string[], meals: readonly Meal[]) {
  const spent = new Map(sums?.days.map((one) => [`${one.day} ${one.meal}`, one.spent_fen]))
  return meals.map((meal) => ({ meal, fen: days.map((day) => spent.get(`${day} ${meal}`) ?? 0) }))
}
