import { createClient } from './client'
import type { Http, Query } from './http'
import type { BlockRequest } from './types'

/** Everything the office pages ask. */
export function officeApi(http: Http) {
  const client = createClient(http)
  const byVisit = (visit_id: string) => ({ path: { visit_id } })
  return {
    signOut: () => client.delete('/api/office/session', {}),
    visits: (query: Query) => client.get('/api/office/visits', { query }),
    visit: (id: string) => client.get('/api/office/visits/{visit_id}', byVisit(id)),
    approve: (id: string, version: number) =>
      client.post('/api/office/visits/{visit_id}/approve', { ...byVisit(id), body: { version } }),
    refuse: (id: string, version: number, reason: string) =>
      client.post('/api/office/visits/{visit_id}/refuse', { ...byVisit(id), body: { version, reason } }),
    blocked: (query: Query) => client.get('/api/office/blocked', { query }),
    block: (body: BlockRequest) => client.post('/api/office/blocked', { body }),
    release: (phone: string) => client.post('/api/office/blocked/release', { body: { phone } }),
    pushes: (query: Query) => client.get('/api/office/pushes', { query }),
    retryPush: (push_id: string) => client.post('/api/office/pushes/{push_id}/retry', { path: { push_id } }),
  }
}
