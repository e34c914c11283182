import { createClient } from './client'
import type { BindRequest, RecordFilter } from './canteenTypes'
import type { Http } from './http'

/** Everything a diner's phone asks about the meal card and its money. */
export function canteenApi(http: Http) {
  const client = createClient(http)
  const byId = (top_up_id: string) => ({ path: { top_up_id } })
  const onCard = (card_no: string, request_id: string) => ({ path: { card_no }, body: { request_id } })
  return {
    account: () => client.get('/api/canteen/account', {}),
    askCode: (phone: string) => client.post('/api/canteen/binding/code', { body: { phone } }),
    bind: (request: BindRequest) => client.post('/api/canteen/binding', { body: request }),
    endBinding: () => client.post('/api/canteen/binding/end', {}),
    reportLoss: (card: string, requestId: string) =>
      client.post('/api/canteen/cards/{card_no}/loss', onCard(card, requestId)),
    reportFound: (card: string, requestId: string) =>
      client.post('/api/canteen/cards/{card_no}/found', onCard(card, requestId)),

    records: (month: string, kind: RecordFilter, cursor: string | null) =>
      client.get('/api/canteen/records', { query: { month, kind, cursor } }),

    topUps: (cursor: string | null) => client.get('/api/canteen/topups', { query: { cursor } }),
    openTopUps: () => client.get('/api/canteen/topups', { query: { open: 'true' } }),
    topUp: (id: string) => client.get('/api/canteen/topups/{top_up_id}', byId(id)),
    order: (amount_fen: number, request_id: string) =>
      client.post('/api/canteen/topups', { body: { amount_fen, request_id } }),
    paySheet: (id: string) => client.post('/api/canteen/topups/{top_up_id}/pay', byId(id)),
    check: (id: string) => client.post('/api/canteen/topups/{top_up_id}/check', byId(id)),
    cancel: (id: string) => client.post('/api/canteen/topups/{top_up_id}/cancel', byId(id)),
  }
}
