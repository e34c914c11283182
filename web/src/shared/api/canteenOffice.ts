import { createClient } from './client'
import type {
  BoundUserDetail,
  BoundUsersPage,
  NewExport,
  OfficeRecordsPage,
  Reconciliation,
  ReconciliationsPage,
} from './canteenOfficeTypes'
import type { Http, Query } from './http'

const BASE = '/api/office/canteen'

const named = <T extends { user_id: string }>(user: T) => ({ ...user, id: user.user_id })
const dated = <T extends { day: string }>(run: T) => ({ ...run, id: run.day })

/** Everything the office's canteen pages ask. */
export function canteenOfficeApi(http: Http) {
  const client = createClient(http)
  const byUser = (user_id: string) => ({ path: { user_id } })
  const byTopUp = (top_up_id: string) => ({ path: { top_up_id } })
  const byDay = (day: string) => ({ path: { day } })

  async function users(query: Query): Promise<BoundUsersPage> {
    const page = await client.get(`${BASE}/users`, { query })
    return { ...page, items: page.items.map(named) }
  }

  async function records(query: Query): Promise<OfficeRecordsPage> {
    const page = await client.get(`${BASE}/records`, { query })
    return { ...page, items: page.items.map((row) => ({ ...row, id: `${row.account_no}-${row.key}` })) }
  }

  async function reconciliations(query: Query): Promise<ReconciliationsPage> {
    const { items } = await client.get(`${BASE}/reconciliations`, { query })
    return { items: items.map(dated), next_cursor: null }
  }

  return {
    users,
    user: async (id: string): Promise<BoundUserDetail> =>
      named(await client.get(`${BASE}/users/{user_id}`, byUser(id))),
    unbind: async (id: string, version: number, reason: string): Promise<BoundUserDetail> =>
      named(await client.post(`${BASE}/users/{user_id}/unbind`, { ...byUser(id), body: { version, reason } })),

    records,
    recordSums: (query: Query) => client.get(`${BASE}/records/sums`, { query }),

    topUps: (query: Query) => client.get(`${BASE}/topups`, { query }),
    topUpSums: (query: Query) => client.get(`${BASE}/topups/sums`, { query }),
    topUp: (id: string) => client.get(`${BASE}/topups/{top_up_id}`, byTopUp(id)),
    pushAgain: (id: string) => client.post(`${BASE}/topups/{top_up_id}/retry`, byTopUp(id)),
    askRefund: (id: string, reason: string) =>
      client.post(`${BASE}/topups/{top_up_id}/refund`, { ...byTopUp(id), body: { reason } }),
    confirmRefund: (id: string) => client.post(`${BASE}/topups/{top_up_id}/refund/confirm`, byTopUp(id)),
    declineRefund: (id: string, reason: string) =>
      client.post(`${BASE}/topups/{top_up_id}/refund/decline`, { ...byTopUp(id), body: { reason } }),

    sync: () => client.get(`${BASE}/sync`, {}),
    runSync: () => client.post(`${BASE}/sync/run`, {}),
    resync: (account_no: string, cursor: string | null) =>
      client.post(`${BASE}/sync/accounts/{account_no}`, { path: { account_no }, query: { cursor } }),

    reconciliations,
    reconciliation: async (day: string): Promise<Reconciliation> =>
      dated(await client.get(`${BASE}/reconciliations/{day}`, byDay(day))),
    reconcile: async (day: string): Promise<Reconciliation> =>
      dated(await client.post(`${BASE}/reconciliations/{day}/run`, byDay(day))),
    differences: (query: Query) => client.get(`${BASE}/differences`, { query }),
    settle: (difference_id: string, reason: string) =>
      client.post(`${BASE}/differences/{difference_id}/settle`, { path: { difference_id }, body: { reason } }),

    startExport: (body: NewExport) => client.post(`${BASE}/exports`, { body }),
    export: (id: string) => client.get(`${BASE}/exports/{export_id}`, { path: { export_id: id } }),
  }
}
