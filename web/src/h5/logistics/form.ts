import type {
  NewRegistration,
  Order,
  OrderLineOpen,
  Person,
  Product,
  RegistrationKind,
  RegistrationLine,
  Vehicle,
} from '@/shared/api/logisticsTypes'
import { sumTonnes, toKilograms, toTonnes } from '@/shared/quantities'
import { toIso } from '@/shared/time'

/** One order line of the chosen product, with what is typed for it. */
export interface LineDraft {
  order_no: string
  line_no: string
  quantity: string
}

export interface WaybillDraft {
  number: string
  plate: string
  productCode: string
  quantity: string
}

export interface RegisterForm {
  kind: RegistrationKind
  productCode: string
  lines: LineDraft[]
  plate: string
  trailer: string
  driverNo: string
  escortNo: string
  waybill: WaybillDraft
  arriveFrom: number | null
  arriveTo: number | null
}

export function emptyForm(kind: RegistrationKind): RegisterForm {
  return {
    kind,
    productCode: '',
    lines: [],
    plate: '',
    trailer: '',
    driverNo: '',
    escortNo: '',
    waybill: { number: '', plate: '', productCode: '', quantity: '' },
    arriveFrom: null,
    arriveTo: null,
  }
}

/** What the form chooses from. */
export interface Choices {
  orders: readonly Order[]
  products: readonly Product[]
  vehicles: readonly Vehicle[]
  people: readonly Person[]
}

export interface OpenLine extends OrderLineOpen {
  order: Order
}

/** A line that can be taken from: its order may be registered against and something is left. */
export function openLines(orders: readonly Order[], kind: RegistrationKind, productCode?: string): OpenLine[] {
  return orders
    .filter((order) => order.kind === kind && order.can_register)
    .flatMap((order) => order.lines.map((line) => ({ ...line, order })))
    .filter((line) => (toKilograms(line.open) ?? 0) > 0 && (!productCode || line.product_code === productCode))
}

export const sameLine = (line: { line_no: string }, orderNo: string, one: { order_no: string; line_no: string }) =>
  one.order_no === orderNo && one.line_no === line.line_no

/** What was typed in all, in tonnes. */
export function totalOf(lines: readonly LineDraft[]): string {
  return sumTonnes(lines.map(({ quantity }) => quantity))
}

/** The lines that take something, as the server wants them. */
export function takenLines(lines: readonly LineDraft[]): RegistrationLine[] {
  return lines.flatMap(({ order_no, line_no, quantity }) => {
    const kilograms = toKilograms(quantity) ?? 0
    return kilograms > 0 ? [{ order_no, line_no, quantity: toTonnes(kilograms) }] : []
  })
}

/** Goods that need an escort and a waybill. */
export function isHazardous({ products, orders }: Choices, productCode: string): boolean {
  const product = products.find(({ code }) => code === productCode)
  if (product) return product.hazardous
  return orders.some(({ lines }) => lines.some((line) => line.product_code === productCode && line.hazardous))
}

export function needsTrailer({ vehicles }: Choices, plate: string): boolean {
  return vehicles.find((vehicle) => vehicle.plate_number === plate)?.kind === 'tractor'
}

export const trucksOf = (vehicles: readonly Vehicle[]): Vehicle[] => vehicles.filter(({ kind }) => kind !== 'trailer')
export const trailersOf = (vehicles: readonly Vehicle[]): Vehicle[] => vehicles.filter(({ kind }) => kind === 'trailer')
export const driversOf = (people: readonly Person[]): Person[] => people.filter(({ role }) => role !== 'escort')
export const escortsOf = (people: readonly Person[], driverNo: string): Person[] =>
  people.filter(({ role, driver_no }) => role !== 'driver' && driver_no !== driverNo)

/** The last used ones are chosen to begin with; what is no longer in the archive is let go. */
export function withLastUsed(form: RegisterForm, choices: Choices): RegisterForm {
  const { vehicles, people } = choices
  const plate = kept(form.plate, trucksOf(vehicles).map(plateOf))
  const trailer = needsTrailer(choices, plate) ? kept(form.trailer, trailersOf(vehicles).map(plateOf)) : ''
  const driverNo = kept(form.driverNo, driversOf(people).map(noOf))
  const hasEscort = isHazardous(choices, form.productCode)
  const escortNo = hasEscort ? kept(form.escortNo, escortsOf(people, driverNo).map(noOf)) : ''
  return { ...form, plate, trailer, driverNo, escortNo }
}

const plateOf = ({ plate_number }: Vehicle): string => plate_number
const noOf = ({ driver_no }: Person): string => driver_no
const kept = (chosen: string, known: readonly string[]): string => (known.includes(chosen) ? chosen : (known[0] ?? ''))

/** The request of a form without problems. */
export function toRequest(form: RegisterForm, choices: Choices, requestId: string): NewRegistration {
  if (form.arriveFrom === null || form.arriveTo === null) throw new Error('the form was not checked')
  const isDangerous = isHazardous(choices, form.productCode)
  return {
    request_id: requestId,
    kind: form.kind,
    lines: takenLines(form.lines),
    plate_number: form.plate,
    trailer_plate_number: needsTrailer(choices, form.plate) ? form.trailer || null : null,
    driver_no: form.driverNo,
    escort_no: (isDangerous && form.escortNo) || null,
    waybill: isDangerous ? toWaybill(form.waybill) : null,
    arrive_from: toIso(form.arriveFrom),
    arrive_to: toIso(form.arriveTo),
  }
}

export function toWaybill({ number, plate, productCode, quantity }: WaybillDraft): NewRegistration['waybill'] {
  return {
    number: number.trim(),
    plate_number: plate,
    product_code: productCode,
    quantity: toTonnes(toKilograms(quantity) ?? 0),
  }
}
