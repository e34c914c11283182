import { createClient } from './client'
import { ApiError } from './errors'
import type { Http, Query } from './http'
import type {
  NewWaiver,
  OfficePeoplePage,
  OfficeVehiclesPage,
  ProductSettings,
  StocksPage,
} from './logisticsOfficeTypes'

const BASE = '/api/office/logistics'

function found<T>(rows: readonly T[], isIt: (row: T) => boolean): T {
  const one = rows.find(isIt)
  if (!one) throw new ApiError(404, 'not_found', '没有找到相关记录，它可能已被删除。')
  return one
}

/** Everything the office's logistics pages ask. */
export function logisticsOfficeApi(http: Http) {
  const client = createClient(http)
  const byRegistration = (registration_id: string) => ({ path: { registration_id } })
  const byProduct = (code: string) => ({ path: { code } })

  async function vehicles(query: Query): Promise<OfficeVehiclesPage> {
    const page = await client.get(`${BASE}/vehicles`, { query })
    return { ...page, items: page.items.map((row) => ({ ...row, id: row.plate_number })) }
  }

  async function people(query: Query): Promise<OfficePeoplePage> {
    const page = await client.get(`${BASE}/people`, { query })
    return { ...page, items: page.items.map((row) => ({ ...row, id: row.driver_no })) }
  }

  async function stocks(): Promise<StocksPage> {
    const { items } = await client.get(`${BASE}/stock`, {})
    return { items: items.map((row) => ({ ...row, id: row.code })), next_cursor: null }
  }

  return {
    registrations: (query: Query) => client.get(`${BASE}/registrations`, { query }),
    registration: (id: string) => client.get(`${BASE}/registrations/{registration_id}`, byRegistration(id)),
    releaseRegistration: (id: string, version: number, reason: string) =>
      client.post(`${BASE}/registrations/{registration_id}/release`, {
        ...byRegistration(id),
        body: { version, reason },
      }),
    exportRegistrations: (query: Query, format: 'xlsx' | 'csv') =>
      client.get(`${BASE}/registrations-export`, { query: { ...query, format } }),
    lePlace: () => client.get(`${BASE}/le`, {}),

    stocks,
    stock: (code: string) => client.get(`${BASE}/stock/{code}`, byProduct(code)),
    series: async (code: string, first: string, last: string) =>
      (await client.get(`${BASE}/stock/{code}/series`, { ...byProduct(code), query: { first, last } })).items,
    saveProduct: (body: ProductSettings) => client.put(`${BASE}/products/{code}`, { ...byProduct(body.code), body }),

    waivers: (query: Query) => client.get(`${BASE}/waivers`, { query }),
    addWaiver: (body: NewWaiver) => client.post(`${BASE}/waivers`, { body }),
    withdrawWaiver: (waiver_id: string) => client.post(`${BASE}/waivers/{waiver_id}/withdraw`, { path: { waiver_id } }),

    board: () => client.get(`${BASE}/lanes`, {}),
    throughput: async () => (await client.get(`${BASE}/lanes/throughput`, {})).items,

    vehicles,
    vehicle: async (plate: string) => found((await vehicles({ search: plate })).items, ({ id }) => id === plate),
    suspendVehicle: async (plate_number: string, version: number, reason: string) => {
      const changed = await client.post(`${BASE}/vehicles/{plate_number}/suspend`, {
        path: { plate_number },
        body: { version, reason },
      })
      return { ...changed, id: changed.plate_number }
    },
    people,
    /** There is no look-up by number: people are found by their phone. */
    person: async (driver_no: string, phone: string) =>
      found((await people({ search: phone })).items, ({ id }) => id === driver_no),
    suspendPerson: async (driver_no: string, version: number, reason: string) => {
      const changed = await client.post(`${BASE}/people/{driver_no}/suspend`, {
        path: { driver_no },
        body: { version, reason },
      })
      return { ...changed, id: changed.driver_no }
    },
    reports: (query: Query) => client.get(`${BASE}/reports`, { query }),
  }
}
