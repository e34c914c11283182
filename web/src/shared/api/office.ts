import type { Http, Query } from './http'
import type { Page, Push, Visit } from './types'

const keyed = (base: string, id: string, action = ''): string => `${base}/${encodeURIComponent(id)}${action}`

export const officeApi = (http: Http) => ({
  signOut: (): Promise<unknown> => http.call('DELETE', '/api/office/session'),
  visits: (query: Query): Promise<Page<Visit>> => http.call('GET', '/api/office/visits', { query }),
  visit: (id: string): Promise<Visit> => http.call('GET', keyed('/api/office/visits', id)),
  approve: (id: string, version: number): Promise<Visit> =>
    http.call('POST', keyed('/api/office/visits', id, '/approve'), { body: { version } }),
  refuse: (id: string, version: number, reason: string): Promise<Visit> =>
    http.call('POST', keyed('/api/office/visits', id, '/refuse'), { body: { version, reason } }),
  pushes: (query: Query): Promise<Page<Push>> => http.call('GET', '/api/office/pushes', { query }),
  retryPush: (id: string): Promise<Push> => http.call('POST', keyed('/api/office/pushes', id, '/retry')),
})
