import { createClient, fillPath } from './client'
import type { Http, Query } from './http'
import type { BlockRequest, ConvertRequest, ExportRequest, ImportKind, MenuEntries, Role, SeenVisit } from './types'

/** Everything the office pages ask. */
export function officeApi(http: Http) {
  const client = createClient(http)
  const byUser = (user_id: string) => ({ path: { user_id } })
  const byAccount = (account: string) => ({ path: { account } })
  const byImport = (import_id: string) => ({ path: { import_id } })
  const byVisit = (visit_id: string) => ({ path: { visit_id } })
  const byParty = (party_id: string) => ({ path: { party_id } })
  return {
    signOut: () => client.delete('/api/office/session', {}),
    visits: (query: Query) => client.get('/api/office/visits', { query }),
    exportVisits: (query: Query) => http.download('/api/office/visits.csv', query),
    exportWorkbook: (query: Query) => client.post('/api/office/visits/exports', { body: exportBody(query) }),
    visit: (id: string) => client.get('/api/office/visits/{visit_id}', byVisit(id)),
    approve: (id: string, version: number) =>
      client.post('/api/office/visits/{visit_id}/approve', { ...byVisit(id), body: { version } }),
    refuse: (id: string, version: number, reason: string) =>
      client.post('/api/office/visits/{visit_id}/refuse', { ...byVisit(id), body: { version, reason } }),
    party: async (id: string) => (await client.get('/api/office/parties/{party_id}', byParty(id))).items,
    approvePeople: async (id: string, visits: SeenVisit[]) =>
      (await client.post('/api/office/parties/{party_id}/approve', { ...byParty(id), body: { visits } })).items,
    refusePeople: async (id: string, visits: SeenVisit[], reason: string) =>
      (await client.post('/api/office/parties/{party_id}/refuse', { ...byParty(id), body: { visits, reason } })).items,
    sendRightsAgain: (id: string, version: number) =>
      client.post('/api/office/visits/{visit_id}/send-rights-again', { ...byVisit(id), body: { version } }),
    passages: (query: Query) => client.get('/api/office/passages', { query }),
    idNumber: (id: string, reason: string) =>
      client.post('/api/office/visits/{visit_id}/id-number', { ...byVisit(id), body: { reason } }),
    blocked: (query: Query) => client.get('/api/office/blocked', { query }),
    block: (body: BlockRequest) => client.post('/api/office/blocked', { body }),
    release: (phone: string) => client.post('/api/office/blocked/release', { body: { phone } }),
    pushes: (query: Query) => client.get('/api/office/pushes', { query }),
    retryPush: (push_id: string) => client.post('/api/office/pushes/{push_id}/retry', { path: { push_id } }),
    notices: (query: Query) => client.get('/api/office/notices', { query }),
    users: (query: Query) => client.get('/api/office/users', { query }),
    user: (id: string) => client.get('/api/office/users/{user_id}', byUser(id)),
    changeRole: (id: string, version: number, role: Role, granted: boolean) =>
      client.post('/api/office/users/{user_id}/roles', { ...byUser(id), body: { role, granted, version } }),
    disableUser: (id: string, version: number, reason: string) =>
      client.post('/api/office/users/{user_id}/disable', { ...byUser(id), body: { reason, version } }),
    enableUser: (id: string, version: number, reason: string) =>
      client.post('/api/office/users/{user_id}/enable', { ...byUser(id), body: { reason, version } }),
    userByPhone: (phone: string) => client.post('/api/office/users/by-phone', { body: { phone } }),
    changePhone: (id: string, version: number, phone: string | null) =>
      client.post('/api/office/users/{user_id}/phone', { ...byUser(id), body: { phone, version } }),
    menu: () => client.get('/api/office/menu', {}),
    publishMenu: (version: number, entries: MenuEntries) =>
      client.post('/api/office/menu/publish', { body: { version, entries } }),
    migrations: () => client.get('/api/office/migrations', {}),
    pullFollowers: (account: string) => client.post('/api/office/migrations/{account}/pull', byAccount(account)),
    convertFollowers: (account: string, body: ConvertRequest) =>
      client.post('/api/office/migrations/{account}/convert', { ...byAccount(account), body }),
    pauseMigration: (account: string) => client.post('/api/office/migrations/{account}/pause', byAccount(account)),
    resumeMigration: (account: string) => client.post('/api/office/migrations/{account}/resume', byAccount(account)),
    exportFailures: (account: string) =>
      http.download(fillPath('/api/office/migrations/{account}/failures.csv', { account }), {}),
    oldFollower: (account: string, openid: string) =>
      client.post('/api/office/migrations/{account}/follower', { ...byAccount(account), body: { openid } }),
    imports: (query: Query) => client.get('/api/office/imports', { query }),
    importFile: (id: string) => client.get('/api/office/imports/{import_id}', byImport(id)),
    openImport: (body: { account: 'canteen' | 'logistics'; kind: ImportKind; file_name: string; size: number }) =>
      client.post('/api/office/imports', { body }),
    sendChunk: (import_id: string, number: number, content: string) =>
      client.put('/api/office/imports/{import_id}/chunks/{number}', {
        path: { import_id, number: String(number) },
        body: { content },
      }),
    checkImport: (id: string) => client.post('/api/office/imports/{import_id}/check', byImport(id)),
    runImport: (id: string) => client.post('/api/office/imports/{import_id}/run', byImport(id)),
    discardImport: (id: string) => client.post('/api/office/imports/{import_id}/discard', byImport(id)),
    importFaults: (id: string, query: Query) =>
      client.get('/api/office/imports/{import_id}/faults', { ...byImport(id), query }),
    exportFaults: (id: string) => http.download(fillPath('/api/office/imports/{id}/faults.csv', { id }), {}),
    purges: (query: Query) => client.get('/api/office/purges', { query }),
    audit: (query: Query) => client.get('/api/office/audit', { query }),
  }
}

/** The address's filters as the body of a request; what is not filtered is absent there and null here. */
function exportBody({ status, presence, from, to, q, day }: Query): ExportRequest {
  return {
    status: (status || null) as ExportRequest['status'],
    presence: (presence || null) as ExportRequest['presence'],
    from: from || null,
    to: to || null,
    q: q || null,
    day: day || null,
  }
}
