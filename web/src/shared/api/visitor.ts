import type { Http } from './http'
import type { Page, ReserveRequest, SavedVisitor, Visit, Visitor } from './types'

export type ApprovalView = 'waiting' | 'decided'

const keyed = (base: string, id: string, action = ''): string => `${base}/${encodeURIComponent(id)}${action}`

export const visitorApi = (http: Http) => ({
  saved: async (): Promise<SavedVisitor[]> =>
    (await http.call<{ items: SavedVisitor[] }>('GET', '/api/visitor/saved')).items,
  addSaved: (visitor: Visitor): Promise<SavedVisitor> => http.call('POST', '/api/visitor/saved', { body: visitor }),
  changeSaved: (id: string, visitor: Visitor): Promise<SavedVisitor> =>
    http.call('PUT', keyed('/api/visitor/saved', id), { body: visitor }),
  removeSaved: (id: string): Promise<unknown> => http.call('DELETE', keyed('/api/visitor/saved', id)),

  reserve: (request: ReserveRequest): Promise<Visit> => http.call('POST', '/api/visitor/visits', { body: request }),
  visits: (cursor: string | null): Promise<Page<Visit>> =>
    http.call('GET', '/api/visitor/visits', { query: { cursor } }),
  visit: (id: string): Promise<Visit> => http.call('GET', keyed('/api/visitor/visits', id)),
  cancel: (id: string): Promise<Visit> => http.call('POST', keyed('/api/visitor/visits', id, '/cancel')),

  approvals: (view: ApprovalView, cursor: string | null): Promise<Page<Visit>> =>
    http.call('GET', '/api/visitor/approvals', { query: { view, cursor } }),
  approval: (id: string): Promise<Visit> => http.call('GET', keyed('/api/visitor/approvals', id)),
  approve: (id: string, version: number): Promise<Visit> =>
    http.call('POST', keyed('/api/visitor/approvals', id, '/approve'), { body: { version } }),
  refuse: (id: string, version: number, reason: string): Promise<Visit> =>
    http.call('POST', keyed('/api/visitor/approvals', id, '/refuse'), { body: { version, reason } }),
})
