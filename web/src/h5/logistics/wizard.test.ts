import { beforeEach, describe, expect, it } from 'vitest'
import type { Order, Person, Product, Vehicle } from '@/shared/api/logisticsTypes'
import { HOUR_MS } from '@/shared/time'
import { dropDraft, openDraft, saveDraft } from './draft'
import { type Choices, emptyForm, toRequest, totalOf, withLastUsed } from './form'
import {
  chooseLine,
  firstOpenStep,
  lineProblem,
  prefilledWaybill,
  stepProblem,
  stepsFor,
  waybillProblem,
} from './wizard'

const NOW = Date.parse('2026-11-26T08:00:00+08:00')
const order = (order_no: string, product_code: string, open: string, more: Partial<Order> = {}): Order =>
  ({
    order_no,
    kind: 'pickup',
    can_register: true,
    lines: [{ line_no: '10', product_code, product_name: product_code, hazardous: product_code !== 'SALT', open }],
    ...more,
  }) as Order
const vehicle = (plate_number: string, kind: Vehicle['kind']): Vehicle => ({ plate_number, kind }) as Vehicle
const person = (driver_no: string, role: Person['role']): Person => ({ driver_no, role }) as Person
const product = (code: string, hazardous: boolean): Product =>
  ({ code, hazardous, availability: 'available', hold_minutes: 240 }) as Product

const CHOICES: Choices = {
  orders: [
    order('SO1', 'NAOH32', '20.000'),
    order('SO2', 'NAOH32', '15.000'),
    order('SO6', 'NAOH32', '9.000', { customer_name: '另一家' }),
    order('SO3', 'SALT', '8.000'),
    order('SO4', 'NAOH32', '90.000', { can_register: false }),
    order('SO5', 'NAOH32', '0.000'),
    order('DO1', 'NAOH32', '50.000', { kind: 'delivery' }),
  ],
  products: [product('NAOH32', true), product('SALT', false)],
  vehicles: [vehicle('闽A12345', 'tractor'), vehicle('闽A1234挂', 'trailer'), vehicle('闽B55555', 'rigid')],
  people: [person('d1', 'both'), person('d2', 'driver'), person('e1', 'escort')],
}
const chosen = (orderNo = 'SO2') => {
  const form = emptyForm('pickup')
  chooseLine(form, CHOICES, orderNo, '10')
  return withLastUsed(form, CHOICES)
}
const full = () => {
  const form = chosen()
  form.lines.forEach((line, at) => (line.quantity = ['15', '0.5'][at] ?? ''))
  form.waybill = { ...prefilledWaybill(form), number: 'YD1', quantity: '15.5' }
  return Object.assign(form, { arriveFrom: NOW, arriveTo: NOW + 2 * HOUR_MS })
}

describe('the questions', () => {
  it('depend on the goods and the truck', () => {
    expect(stepsFor(chosen(), CHOICES)).toEqual(
      'order quantity vehicle trailer driver escort waybill arrival summary'.split(' '),
    )
    const harmless = Object.assign(chosen('SO3'), { plate: '闽B55555' })
    expect(stepsFor(harmless, CHOICES)).toEqual('order quantity vehicle driver arrival summary'.split(' '))
  })
  it('begin where the first answer is missing', () => {
    expect(firstOpenStep(emptyForm('pickup'), CHOICES, NOW)).toBe('order')
    expect(firstOpenStep(chosen(), CHOICES, NOW)).toBe('quantity')
    expect(firstOpenStep(full(), CHOICES, NOW)).toBe('summary')
    expect(firstOpenStep(full(), CHOICES, NOW + 3 * HOUR_MS)).toBe('arrival')
  })
  it('offer the last used truck, trailer, driver and another escort', () => {
    const { plate, trailer, driverNo, escortNo } = chosen()
    expect([plate, trailer, driverNo, escortNo]).toEqual(['闽A12345', '闽A1234挂', 'd1', 'e1'])
    expect(withLastUsed({ ...chosen(), plate: '闽Z99999', driverNo: 'd2' }, CHOICES)).toMatchObject({
      plate: '闽A12345',
      driverNo: 'd2',
      escortNo: 'e1',
    })
  })
})

describe('quantities', () => {
  it('are asked for all usable lines of the customer and product, the chosen one first', () => {
    expect(chosen().lines.map(({ order_no }) => order_no)).toEqual(['SO2', 'SO1'])
  })
  it('are kept when another line of the same product is chosen, and go with another product', () => {
    const form = full()
    chooseLine(form, CHOICES, 'SO1', '10')
    expect(form.lines.map(({ order_no, quantity }) => `${order_no} ${quantity}`)).toEqual(['SO1 0.5', 'SO2 15'])
    chooseLine(form, CHOICES, 'SO3', '10')
    expect([totalOf(form.lines), form.waybill.productCode]).toEqual(['0.000', ''])
  })
  it('are numbers within what is left', () => {
    const line = (quantity: string) => ({ order_no: 'SO1', line_no: '10', quantity })
    expect(lineProblem(line(''), '20.000')).toBeNull()
    expect(lineProblem(line('20'), '20.000')).toBeNull()
    expect(lineProblem(line('20.001'), '20.000')).toBe('超过订单 SO1 的剩余 20 吨')
    expect(lineProblem(line('2.0001'), '20.000')).toContain('三位小数')
    expect(lineProblem(line('1'), undefined)).toContain('不能登记')
    expect(stepProblem('quantity', chosen(), CHOICES, NOW)).toBe('请填写数量')
  })
})

describe('the waybill', () => {
  it('is prefilled with plate and goods, and complete', () => {
    expect(prefilledWaybill(chosen())).toMatchObject({ plate: '闽A12345', productCode: 'NAOH32', quantity: '' })
    expect(waybillProblem(prefilledWaybill(chosen()))).toBe('请填写运单号')
    expect(waybillProblem(full().waybill)).toBeNull()
  })
})

describe('the request', () => {
  it('has exact tonnes and only what is needed', () => {
    expect(toRequest(full(), CHOICES, 'r')).toMatchObject({
      request_id: 'r',
      lines: [
        { order_no: 'SO2', line_no: '10', quantity: '15.000' },
        { order_no: 'SO1', line_no: '10', quantity: '0.500' },
      ],
      trailer_plate_number: '闽A1234挂',
      escort_no: 'e1',
      waybill: { number: 'YD1', plate_number: '闽A12345', product_code: 'NAOH32', quantity: '15.500' },
      arrive_to: '2026-11-26T10:00:00+08:00',
    })
    const harmless = Object.assign(full(), { productCode: 'SALT', plate: '闽B55555' })
    expect(toRequest(harmless, CHOICES, 'r')).toMatchObject({
      trailer_plate_number: null,
      escort_no: null,
      waybill: null,
    })
  })
})

describe('the draft', () => {
  beforeEach(() => localStorage.clear())
  it('keeps form and request id over a reload, each kind its own', () => {
    const draft = openDraft('u', 'pickup', NOW)
    saveDraft('u', { ...draft, form: full() }, NOW)
    expect(openDraft('u', 'pickup', NOW + HOUR_MS)).toMatchObject({ requestId: draft.requestId, form: full() })
    expect(openDraft('u', 'delivery', NOW).requestId).not.toBe(draft.requestId)
    expect(openDraft('other', 'pickup', NOW).requestId).not.toBe(draft.requestId)
  })
  it('is let go when old or sent', () => {
    const draft = openDraft('u', 'pickup', NOW)
    saveDraft('u', draft, NOW)
    expect(openDraft('u', 'pickup', NOW + 13 * HOUR_MS).requestId).not.toBe(draft.requestId)
    dropDraft('u', 'pickup')
    expect(openDraft('u', 'pickup', NOW).requestId).not.toBe(draft.requestId)
  })
})
