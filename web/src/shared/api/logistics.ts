import { createClient } from './client'
import type { Http } from './http'
import type {
  ChangeRegistration,
  NewRegistration,
  NewReport,
  SavePerson,
  SaveVehicle,
  SignOffRequest,
} from './logisticsTypes'

export type RegistrationFilter = 'all' | 'open' | 'signed' | 'ended'

/** Everything a driver's phone asks about goods, trucks and people. */
export function logisticsApi(http: Http) {
  const client = createClient(http)
  const byId = (registration_id: string) => ({ path: { registration_id } })
  const byPlate = (plate_number: string) => ({ path: { plate_number } })
  const byNo = (driver_no: string) => ({ path: { driver_no } })
  return {
    orders: () => client.get('/api/logistics/orders', {}),
    products: async () => (await client.get('/api/logistics/products', {})).items,
    lanes: () => client.get('/api/logistics/lanes', {}),

    registrations: (state: RegistrationFilter, cursor: string | null) =>
      client.get('/api/logistics/registrations', { query: { state, cursor } }),
    registration: (id: string) => client.get('/api/logistics/registrations/{registration_id}', byId(id)),
    register: (request: NewRegistration) => client.post('/api/logistics/registrations', { body: request }),
    cancel: (id: string) => client.post('/api/logistics/registrations/{registration_id}/cancel', byId(id)),
    change: (id: string, request: ChangeRegistration) =>
      client.post('/api/logistics/registrations/{registration_id}/change', { ...byId(id), body: request }),
    signOff: (id: string, request: SignOffRequest) =>
      client.post('/api/logistics/registrations/{registration_id}/sign-off', { ...byId(id), body: request }),

    vehicles: async () => (await client.get('/api/logistics/vehicles', {})).items,
    vehicle: (plate: string) => client.get('/api/logistics/vehicles/{plate_number}', byPlate(plate)),
    saveVehicle: (vehicle: SaveVehicle) => client.put('/api/logistics/vehicles', { body: vehicle }),
    forgetVehicle: (plate: string) => client.delete('/api/logistics/vehicles/{plate_number}', byPlate(plate)),
    people: async () => (await client.get('/api/logistics/people', {})).items,
    person: (no: string) => client.get('/api/logistics/people/{driver_no}', byNo(no)),
    savePerson: (person: SavePerson) => client.put('/api/logistics/people', { body: person }),
    forgetPerson: (no: string) => client.delete('/api/logistics/people/{driver_no}', byNo(no)),
    beginPhoto: () => client.post('/api/logistics/photos', {}),

    report: (request: NewReport) => client.post('/api/logistics/reports', { body: request }),
    reports: (cursor: string | null) => client.get('/api/logistics/reports', { query: { cursor } }),
  }
}
