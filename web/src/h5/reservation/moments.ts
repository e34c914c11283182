import { dayNumber, formatDay, fromWallClock, HOUR_MS, startOfDay, wallClock } from '@/shared/time'

export const STEP_MINUTES = 5
const DAY_MS = 24 * HOUR_MS

export interface Choice {
  text: string
  value: number
}

/** Wheels of the moment picker: day (its start in ms), hour, minute. Past hours and minutes of the first day are left out. */
export function momentColumns(selected: readonly number[], min: number, max: number, now: number): Choice[][] {
  const [day = startOfDay(min), hour = 0] = selected
  const earliest = wallClock(min)
  const isFirstDay = dayNumber(day) === dayNumber(min)
  const firstHour = isFirstDay ? earliest.hour : 0
  const firstMinute = isFirstDay && hour <= earliest.hour ? earliest.minute : 0
  return [
    daysBetween(min, max, now),
    range(firstHour, 24, 1, '点'),
    range(ceilStep(firstMinute), 60, STEP_MINUTES, '分'),
  ]
}

export function splitMoment(ms: number): number[] {
  const clock = wallClock(ms)
  return [startOfDay(ms), clock.hour, clock.minute]
}

export function joinMoment([day = 0, hour = 0, minute = 0]: readonly number[]): number {
  return fromWallClock({ ...wallClock(day), hour, minute })
}

function daysBetween(min: number, max: number, now: number): Choice[] {
  const count = dayNumber(max) - dayNumber(min) + 1
  return Array.from({ length: count }, (_unused, index) => {
    const day = startOfDay(min) + index * DAY_MS
    return { text: formatDay(day, now), value: day }
  })
}

function range(from: number, until: number, step: number, unit: string): Choice[] {
  const choices: Choice[] = []
  for (let value = from; value < until; value += step) choices.push({ text: `${value} ${unit}`, value })
  return choices
}

const ceilStep = (minute: number): number =>
  Math.min(60 - STEP_MINUTES, Math.ceil(minute / STEP_MINUTES) * STEP_MINUTES)
