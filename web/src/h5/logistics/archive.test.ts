import { describe, expect, it } from 'vitest'
import type { Person, Vehicle } from '@/shared/api/logisticsTypes'
import { toggled } from './certificates'
import { emptyPerson, keepablePerson, personDraft, personProblems, toSavePerson } from './personDraft'
import { dueBadge } from './useHome'
import { emptyVehicle, toSaveVehicle, vehicleDraft, vehicleProblems } from './vehicleDraft'
import { dayWords } from './words'

const trailer = () => ({
  ...emptyVehicle('trailer'),
  ...{
    plate: '闽A1234挂',
    permitNo: 'YS-0001',
    permitExpiry: '2027-05-01',
    inspectionExpiry: '2027-05-01',
    load: '32.5',
  },
  tank: { number: 'GC-1', volume: '24.5', expiry: '2027-05-01', cargo: ['NAOH32'] },
})

describe('a vehicle', () => {
  it('names what is missing by the fields of the server', () => {
    expect(Object.keys(vehicleProblems(emptyVehicle('trailer'))).sort()).toEqual([
      'approved_load',
      'inspection_expiry',
      'plate_number',
      'road_permit_expiry',
      'road_permit_no',
      'tank.inspection_expiry',
      'tank.permitted_cargo',
      'tank.tank_no',
      'tank.volume_m3',
    ])
    expect(vehicleProblems(trailer())).toEqual({})
  })
  it('has the plate of its kind', () => {
    expect(vehicleProblems({ ...trailer(), plate: '闽A12345' })['plate_number']).toContain('挂')
    expect(vehicleProblems({ ...trailer(), kind: 'rigid' })['plate_number']).toContain('挂车')
  })
  it('is saved with exact tonnes, without a tank it does not have, and read back the same', () => {
    const saved = toSaveVehicle(trailer())
    expect([saved.approved_load, saved.tank?.permitted_cargo, saved.version]).toEqual(['32.500', ['NAOH32'], 0])
    expect(toSaveVehicle({ ...trailer(), hasTank: false }).tank).toBeNull()
    const view = { ...saved, photos: [{ id: 'P', url: 'u' }], version: 3 } as unknown as Vehicle
    expect(toSaveVehicle(vehicleDraft(view))).toEqual({ ...saved, photos: ['P'], version: 3 })
  })
})

const driver = () => ({
  ...emptyPerson(),
  ...{ name: '林国强', phone: '138 0000 1111', idNumber: '11010519491231002x', consent: true, licenceClass: 'A2' },
  ...{ licenceExpiry: '2030-01-01', qualificationNo: '350100', qualificationExpiry: '2027-01-01' },
})

describe('a person', () => {
  it('needs number and consent once, a licence only to drive', () => {
    expect(personProblems(driver())).toEqual({})
    expect(Object.keys(personProblems({ ...driver(), consent: false, idNumber: '1' }))).toEqual([
      'id_number',
      'consent',
    ])
    expect(personProblems({ ...driver(), driverNo: 'd', consent: false, idNumber: '' })).toEqual({})
    expect(personProblems({ ...driver(), role: 'escort', licenceClass: '', licenceExpiry: '' })).toEqual({})
  })
  it('is sent normalised, a known one without number and consent', () => {
    expect(toSavePerson(driver())).toMatchObject({
      phone: '13800001111',
      id_number: '11010519491231002X',
      consent: true,
    })
    const known = personDraft({
      ...toSavePerson(driver()),
      driver_no: 'd',
      photos: [],
      version: 2,
    } as unknown as Person)
    expect(toSavePerson(known)).toMatchObject({ driver_no: 'd', id_number: null, consent: false, version: 2 })
  })
  it('is kept on the phone without its number', () => {
    expect(JSON.stringify(keepablePerson(driver()))).not.toContain('1101')
  })
})

describe('words of the archive', () => {
  it('say how long a certificate lasts; the last day counts', () => {
    expect(dayWords({ days_left: 0 })).toBe('今天到期')
    expect(dayWords({ days_left: 3 })).toBe('3 天后到期')
    expect(dayWords({ days_left: -1 })).toBe('已过期 1 天')
  })
  it('say the worst in the badge', () => {
    expect(dueBadge([{ validity: 'valid' }])).toBeNull()
    expect(dueBadge([{ validity: 'expiring' }, { validity: 'valid' }])?.word).toBe('1 项将到期')
    expect(dueBadge([{ validity: 'expiring' }, { validity: 'expired' }, { validity: 'suspended' }])?.word).toBe(
      '2 项不可用',
    )
  })
  it('choose one of several', () => {
    expect(toggled(['8'], '3')).toEqual(['8', '3'])
    expect(toggled(['8', '3'], '8')).toEqual(['3'])
  })
})
