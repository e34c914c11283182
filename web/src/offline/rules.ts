/** What the offline helper does with a request; everything it does not know is left to the browser. */
export type Handling = 'page' | 'asset' | 'ignore'

export interface Wanted {
  method: string
  mode: string
  url: string
}

/** H5 pages and hashed files only: never the API, never the office pages, never another site. */
export function handlingOf({ method, mode, url }: Wanted, origin: string): Handling {
  const { origin: from, pathname } = new URL(url)
  if (method !== 'GET' || from !== origin) return 'ignore'
  if (pathname.startsWith('/assets/')) return 'asset'
  const isPage = mode === 'navigate' && !/^\/(api|admin)(\/|$)/.test(pathname) && !pathname.includes('.')
  return isPage ? 'page' : 'ignore'
}

/** Files of older releases to throw away: the oldest first, so that `keep` remain. */
export function surplus<T>(entries: readonly T[], keep: number): T[] {
  return entries.slice(0, Math.max(0, entries.length - keep))
}
