import type { SeenVisit, Visit } from './api/types'

/** Visits that were reserved in one form, or one that stands alone. */
export interface VisitGroup {
  key: string
  visits: Visit[]
}

/** A list with the visits of a party at the place of its first one, in the order of the form. */
export function groupVisits(visits: readonly Visit[]): VisitGroup[] {
  const groups = new Map<string, Visit[]>()
  for (const visit of visits) {
    const key = visit.party?.id ?? visit.id
    groups.set(key, [...(groups.get(key) ?? []), visit])
  }
  return [...groups].map(([key, group]) => ({ key, visits: group.sort(byPosition) }))
}

function byPosition(one: Visit, other: Visit): number {
  return (one.party?.position ?? 0) - (other.party?.position ?? 0)
}

/** What a decision on some visits carries: exactly what was shown. */
export function seenOf(visits: readonly Visit[]): SeenVisit[] {
  return visits.map(({ id, version }) => ({ id, version }))
}
