import { computed } from 'vue'
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

/**
 * Filters and the place in the list live in the address, the way back in the history entry's state: both survive a
 * reload, and the browser's own back button works too.
 */
export function useCursorPages(names: readonly string[]) {
  const route = useRoute()
  const router = useRouter()
  const one = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  const trail = (): string[] => {
    const kept: unknown = history.state?.trail
    return Array.isArray(kept) ? kept.map(String) : []
  }
  const filters = computed<Record<string, string>>(() => Object.fromEntries(names.map((name) => [name, one(name)])))
  const cursor = computed(() => one('cursor'))

  function go(query: LocationQueryRaw, steps: string[]): void {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value))
    void router.push({ query: given, state: { trail: steps } })
  }

  return {
    filters,
    cursor,
    isFirst: computed(() => cursor.value === ''),
    filterBy: (change: Record<string, string>): void => go({ ...filters.value, ...change }, []),
    next: (nextCursor: string): void => go({ ...filters.value, cursor: nextCursor }, [...trail(), cursor.value]),
    previous: (): void => {
      const steps = trail()
      go({ ...filters.value, cursor: steps.pop() ?? '' }, steps)
    },
  }
}
