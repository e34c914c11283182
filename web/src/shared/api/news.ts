import { createClient } from './client'
import type { Http } from './http'

/** Company news; read without a session. */
export function newsApi(http: Http) {
  const client = createClient(http)
  return { page: (cursor: string | null) => client.get('/api/news', { query: { cursor } }) }
}
