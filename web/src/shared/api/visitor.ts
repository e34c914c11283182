import { createClient } from './client'
import type { Http } from './http'
import type { ChangeRequest, ConsentKind, ReserveRequest, SeenVisit, Visitor } from './types'

export type ApprovalView = 'waiting' | 'decided'

/** Everything a phone asks about visits. */
export function visitorApi(http: Http) {
  const client = createClient(http)
  const byVisit = (visit_id: string) => ({ path: { visit_id } })
  const byParty = (party_id: string) => ({ path: { party_id } })
  return {
    saved: async () => (await client.get('/api/visitor/saved', {})).items,
    addSaved: (visitor: Visitor) => client.post('/api/visitor/saved', { body: visitor }),
    changeSaved: (visitor_id: string, visitor: Visitor) =>
      client.put('/api/visitor/saved/{visitor_id}', { path: { visitor_id }, body: visitor }),
    removeSaved: (visitor_id: string) => client.delete('/api/visitor/saved/{visitor_id}', { path: { visitor_id } }),

    consents: async () => (await client.get('/api/visitor/consents', {})).items,
    consentHistory: async () => (await client.get('/api/visitor/consent-history', {})).items,
    decideConsent: (kind: ConsentKind, version: string, granted: boolean) =>
      client.post('/api/visitor/consents/{kind}', { path: { kind }, body: { version, granted } }),
    withdrawConsent: (kind: ConsentKind) => client.post('/api/visitor/consents/{kind}/withdraw', { path: { kind } }),
    beginFace: () => client.post('/api/visitor/faces', {}),
    eraseMyData: () => client.post('/api/visitor/erase-my-data', {}),
    privacy: () => client.get('/api/privacy', {}),

    findHosts: async (query: string) => (await client.post('/api/visitor/hosts/search', { body: { query } })).items,
    openingHours: () => client.get('/api/visitor/opening-hours', {}),
    reserve: (request: ReserveRequest) => client.post('/api/visitor/visits', { body: request }),
    change: (request: ChangeRequest) => client.post('/api/visitor/changes', { body: request }),
    visits: (cursor: string | null) => client.get('/api/visitor/visits', { query: { cursor } }),
    visit: (id: string) => client.get('/api/visitor/visits/{visit_id}', byVisit(id)),
    party: async (id: string) => (await client.get('/api/visitor/parties/{party_id}', byParty(id))).items,
    cancelParty: async (id: string) => (await client.post('/api/visitor/parties/{party_id}/cancel', byParty(id))).items,
    cancel: (id: string) => client.post('/api/visitor/visits/{visit_id}/cancel', byVisit(id)),

    approvals: (view: ApprovalView, cursor: string | null) =>
      client.get('/api/visitor/approvals', { query: { view, cursor } }),
    approval: (id: string) => client.get('/api/visitor/approvals/{visit_id}', byVisit(id)),
    approve: (id: string, version: number) =>
      client.post('/api/visitor/approvals/{visit_id}/approve', { ...byVisit(id), body: { version } }),
    refuse: (id: string, version: number, reason: string) =>
      client.post('/api/visitor/approvals/{visit_id}/refuse', { ...byVisit(id), body: { version, reason } }),
    partyToDecide: async (id: string) =>
      (await client.get('/api/visitor/party-approvals/{party_id}', byParty(id))).items,
    approvePeople: async (id: string, visits: SeenVisit[]) =>
      (await client.post('/api/visitor/party-approvals/{party_id}/approve', { ...byParty(id), body: { visits } }))
        .items,
    refusePeople: async (id: string, visits: SeenVisit[], reason: string) =>
      (
        await client.post('/api/visitor/party-approvals/{party_id}/refuse', {
          ...byParty(id),
          body: { visits, reason },
        })
      ).items,
  }
}
