import { ceilTo, formatDay, fromWallClock, MINUTE_MS, startOfDay, wallClock } from '@/shared/time'
import { admits, ALWAYS_OPEN, DAY_MS, type Edge, type Opening } from './opening'

export const STEP_MINUTES = 5
const STEP_MS = STEP_MINUTES * MINUTE_MS

export interface Choice {
  text: string
  value: number
}

/** What a moment may be: from `min` to `max`, and within the plant's hours as the beginning or the end of a visit. */
export interface Bounds {
  min: number
  max: number
  opening?: Opening
  edge?: Edge
}

/** Wheels of the moment picker: day (its start in ms), hour, minute; only what is allowed is offered. */
export function momentColumns(selected: readonly number[], bounds: Bounds, now: number): Choice[][] {
  const days = daysOf(bounds)
  const day = days.find((one) => one === selected[0]) ?? days[0] ?? startOfDay(bounds.min)
  const moments = [...momentsOf(day, bounds)]
  const hours = [...new Set(moments.map((moment) => wallClock(moment).hour))]
  const hour = hours.find((one) => one === selected[1]) ?? hours[0]
  const minutes = moments.map(wallClock).filter((clock) => clock.hour === hour)
  return [
    days.map((one) => ({ text: formatDay(one, now), value: one })),
    hours.map((one) => ({ text: `${one} 点`, value: one })),
    minutes.map(({ minute }) => ({ text: `${minute} 分`, value: minute })),
  ]
}

/** The first allowed moment from `wanted` on; `wanted` itself when there is none. */
export function nearestMoment(wanted: number, bounds: Bounds): number {
  const from = ceilTo(Math.max(wanted, bounds.min), STEP_MS)
  for (const day of daysOf(bounds)) {
    for (const moment of momentsOf(day, bounds)) if (moment >= from) return moment
  }
  return from
}

export function splitMoment(ms: number): number[] {
  const clock = wallClock(ms)
  return [startOfDay(ms), clock.hour, clock.minute]
}

export function joinMoment([day = 0, hour = 0, minute = 0]: readonly number[]): number {
  return fromWallClock({ ...wallClock(day), hour, minute })
}

function daysOf(bounds: Bounds): number[] {
  const days: number[] = []
  for (let day = startOfDay(bounds.min); day <= bounds.max; day += DAY_MS) {
    if (!momentsOf(day, bounds).next().done) days.push(day)
  }
  return days
}

/** The allowed moments of a day, one after another: mostly only the first is asked for. */
function* momentsOf(day: number, { min, max, opening = ALWAYS_OPEN, edge = 'start' }: Bounds): Generator<number> {
  const first = Math.max(day, ceilTo(min, STEP_MS))
  for (let at = first; at < day + DAY_MS && at <= max; at += STEP_MS) if (admits(opening, edge, at)) yield at
}
