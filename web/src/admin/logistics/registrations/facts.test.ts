import { describe, expect, it } from 'vitest'
import type { OfficeRegistration } from '@/shared/api/logisticsTypes'
import { goodsFacts, plantFacts, signatureFacts } from './facts'

const row = {
  kind: 'pickup',
  product_name: '32% 液碱',
  product_code: 'NAOH32',
  customer_name: '恒泰',
  lines: [{ order_no: 'SO1', line_no: '10', quantity: '30.000' }],
  quantity: '30.000',
  net: null,
  waybill_no: null,
  registration_no: 'R1',
  card_no: 'C1',
  card_returned: true,
  queue_no: null,
  lane_code: 'L2',
  sign_off: null,
} as unknown as OfficeRegistration

describe('what the office reads of a registration', () => {
  it('names one order in its line and several by their numbers', () => {
    expect(goodsFacts(row)).toContainEqual(['订单', 'SO1 行 10：30 吨'])
    const two = { ...row, lines: [...row.lines, { order_no: 'SO2', line_no: '20', quantity: '5.500' }] }
    expect(goodsFacts(two)).toContainEqual(['订单 SO2', '行 20：5.5 吨'])
  })
  it('tells that a card is back', () => {
    expect(plantFacts(row)).toEqual([
      ['登记号', 'R1'],
      ['卡号', 'C1（已退卡）'],
      ['排队号', null],
      ['车道', '2 号道'],
    ])
  })
  it('shows a difference with its sign', () => {
    const signed = {
      quantity: '29.800',
      net: '29.860',
      reason: '残留',
      signed_at: '2026-11-26T08:00:00Z',
      document_no: null,
    }
    const facts = (difference: string | null) =>
      signatureFacts({ ...row, sign_off: { ...signed, difference } } as OfficeRegistration)
    expect(facts('-0.060')).toContainEqual(['差异', '-0.06 吨'])
    expect(facts('0.060')).toContainEqual(['差异', '+0.06 吨'])
    expect(facts('0.000')).toContainEqual(['差异', '无'])
    expect(signatureFacts(row)).toEqual([])
  })
})
