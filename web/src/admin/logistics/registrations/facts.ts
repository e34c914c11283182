import type { OfficeRegistration } from '@/shared/api/logisticsTypes'
import { KINDS, laneWords } from '@/shared/logistics'
import { signedWords, tonnesWords } from '@/shared/quantities'
import { formatStamp, formatWindow, parse } from '@/shared/time'

export type Fact = [label: string, value: string | null]

/** What is to be moved, for whom, against which lines of which orders. */
export function goodsFacts(row: OfficeRegistration): Fact[] {
  return [
    [KINDS[row.kind], `${row.product_name}（${row.product_code}）`],
    ['客户', row.customer_name],
    ...row.lines.map(({ order_no, line_no, quantity }): Fact => [
      row.lines.length > 1 ? `订单 ${order_no}` : '订单',
      `${row.lines.length > 1 ? '' : order_no} 行 ${line_no}：${tonnesWords(quantity)}`.trim(),
    ]),
    ['登记吨数', tonnesWords(row.quantity)],
    ['净重', row.net && tonnesWords(row.net)],
    ['电子运单', row.waybill_no],
  ]
}

/** Who comes with what, and when. */
export function truckFacts(row: OfficeRegistration, now: number): Fact[] {
  return [
    ['牵引车', row.plate_number],
    ['挂车', row.trailer_plate_number],
    ['驾驶员', `${row.driver.name}  ${row.driver.phone}`],
    ['押运员', row.escort && `${row.escort.name}  ${row.escort.phone}`],
    ['预计到厂', formatWindow(parse(row.arrive_from), parse(row.arrive_to), now)],
    ['登记人', row.owner_name],
    ['登记时间', formatStamp(parse(row.created_at))],
  ]
}

/** Where the truck stands in the plant, as LE tells. */
export function plantFacts(row: OfficeRegistration): Fact[] {
  return [
    ['登记号', row.registration_no],
    ['卡号', row.card_no && `${row.card_no}${row.card_returned ? '（已退卡）' : ''}`],
    ['排队号', row.queue_no],
    ['车道', row.lane_code && laneWords(row.lane_code)],
  ]
}

/** What was signed for against what was weighed. */
export function signatureFacts(row: OfficeRegistration): Fact[] {
  const signed = row.sign_off
  if (!signed) return []
  const isEven = signed.difference === null || Number(signed.difference) === 0
  return [
    ['签收数量', tonnesWords(signed.quantity)],
    ['出厂净重', signed.net && tonnesWords(signed.net)],
    ['差异', isEven ? '无' : signedWords(signed.difference ?? '')],
    ['差异原因', signed.reason],
    ['签收时间', formatStamp(parse(signed.signed_at))],
    ['出库单号', signed.document_no],
  ]
}
