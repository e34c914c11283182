import { toKilograms } from '@/shared/quantities'

export interface StockParts {
  /** Shares of the bar in per cent; together at most 100. */
  threshold: number
  held: number
  free: number
  /** What is held or must stay although it is not in the tanks. */
  missing: number
}

/** How a product's stock is taken: what must stay, what is held, what is free; `null` while it is not confirmed. */
export function stockParts(stock: string | null, held: string, threshold: string): StockParts | null {
  const [there, taken, kept] = [stock ?? '', held, threshold].map(toKilograms)
  if (there == null || taken == null || kept == null) return null
  const whole = Math.max(there, taken + kept)
  if (whole === 0) return { threshold: 0, held: 0, free: 0, missing: 0 }
  const share = (kilograms: number): number => Math.round((Math.max(0, kilograms) / whole) * 1000) / 10
  const keptThere = Math.min(kept, there)
  return {
    threshold: share(keptThere),
    held: share(Math.min(taken, there - keptThere)),
    free: share(there - taken - kept),
    missing: share(taken + kept - there),
  }
}
