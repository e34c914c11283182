import { toKilograms, tonnesWords } from '@/shared/quantities'
import { isPlate } from '../reservation/rules'
import { arrivalProblem, latestArrival } from './arrival'
import {
  type Choices,
  isHazardous,
  type LineDraft,
  needsTrailer,
  openLines,
  type RegisterForm,
  sameLine,
  takenLines,
  totalOf,
  type WaybillDraft,
} from './form'

export type StepKey =
  'order' | 'quantity' | 'vehicle' | 'trailer' | 'driver' | 'escort' | 'waybill' | 'arrival' | 'summary'

/** The questions in their order; goods that are not dangerous need no escort and no waybill. */
export function stepsFor(form: RegisterForm, choices: Choices): StepKey[] {
  const isDangerous = isHazardous(choices, form.productCode)
  const steps: [StepKey, boolean][] = [
    ['order', true],
    ['quantity', true],
    ['vehicle', true],
    ['trailer', needsTrailer(choices, form.plate)],
    ['driver', true],
    ['escort', isDangerous],
    ['waybill', isDangerous],
    ['arrival', true],
    ['summary', true],
  ]
  return steps.filter(([, isAsked]) => isAsked).map(([key]) => key)
}

export function questionOf(step: StepKey, form: RegisterForm): string {
  const words: Record<StepKey, string> = {
    order: form.kind === 'pickup' ? '提哪个订单的货？' : '送哪个订单的货？',
    quantity: form.kind === 'pickup' ? '提多少？' : '送多少？',
    vehicle: '开哪辆车？',
    trailer: '挂哪辆挂车？',
    driver: '谁驾驶？',
    escort: '谁押运？',
    waybill: '电子运单',
    arrival: '什么时候到厂？',
    summary: '请核对',
  }
  return words[step]
}

/** How long there is to arrive after registering; `null` for goods whose rules are not known. */
export function limitMinutesOf({ productCode }: RegisterForm, { products }: Choices): number | null {
  return products.find(({ code }) => code === productCode)?.hold_minutes ?? null
}

/** A pickup of goods whose stock is watched holds its quantity meanwhile. */
export function holdsStock({ kind, productCode }: RegisterForm, { products }: Choices): boolean {
  const product = products.find(({ code }) => code === productCode)
  return kind === 'pickup' && product !== undefined && product.availability !== 'not_needed'
}

/** What is still missing at a step, in a sentence; `null` when one may go on. */
export function stepProblem(step: StepKey, form: RegisterForm, choices: Choices, now: number): string | null {
  switch (step) {
    case 'order':
      return form.productCode ? null : '请选择一个订单'
    case 'quantity':
      return quantityProblem(form, choices)
    case 'vehicle':
      return form.plate ? null : '请选择车辆'
    case 'trailer':
      return form.trailer ? null : '请选择挂车'
    case 'driver':
      return form.driverNo ? null : '请选择驾驶员'
    case 'escort':
      return form.escortNo ? null : '请选择押运员'
    case 'waybill':
      return waybillProblem(form.waybill)
    case 'arrival':
      return arrivalProblem(form.arriveFrom, form.arriveTo, now, latestArrival(now, limitMinutesOf(form, choices)))
    case 'summary':
      return null
  }
}

/** The first question without an answer; the summary when all are answered. */
export function firstOpenStep(form: RegisterForm, choices: Choices, now: number): StepKey {
  return stepsFor(form, choices).find((step) => stepProblem(step, form, choices, now) !== null) ?? 'summary'
}

function quantityProblem(form: RegisterForm, choices: Choices): string | null {
  const open = openLines(choices.orders, form.kind, form.productCode)
  for (const line of form.lines) {
    const most = open.find((one) => sameLine(one, one.order.order_no, line))?.open
    const problem = lineProblem(line, most)
    if (problem) return problem
  }
  return takenLines(form.lines).length ? null : '请填写数量'
}

/** `most`: what is left of the line; absent when the order cannot be used (any more). */
export function lineProblem({ quantity, order_no }: LineDraft, most: string | undefined): string | null {
  if (!quantity.trim()) return null
  const kilograms = toKilograms(quantity)
  if (kilograms === null || kilograms < 0) return '数量请填吨数，最多三位小数'
  if (kilograms > 0 && most === undefined) return `订单 ${order_no} 现在不能登记，请重新选择`
  return kilograms > (toKilograms(most ?? '0') ?? 0) ? `超过订单 ${order_no} 的剩余 ${tonnesWords(most ?? '0')}` : null
}

export function waybillProblem({ number, plate, productCode, quantity }: WaybillDraft): string | null {
  if (!number.trim()) return '请填写运单号'
  if (!isPlate(plate)) return '请填写运单上的车牌'
  if (!productCode) return '请选择运单上的货物'
  return (toKilograms(quantity) ?? 0) > 0 ? null : '请填写运单上的数量'
}

/** What the waybill must say is filled in where nothing is typed yet. */
export function prefilledWaybill(form: RegisterForm): WaybillDraft {
  const { number, plate, productCode, quantity } = form.waybill
  return { number, plate: plate || form.plate, productCode: productCode || form.productCode, quantity }
}

/** One order line is chosen: all lines of its customer and product can be taken from, this one stands first. */
export function chooseLine(form: RegisterForm, choices: Choices, orderNo: string, lineNo: string): void {
  const all = openLines(choices.orders, form.kind)
  const chosen = all.find((line) => line.order.order_no === orderNo && line.line_no === lineNo)
  if (!chosen) return
  const isOther = chosen.product_code !== form.productCode
  const typed = isOther ? [] : form.lines
  form.productCode = chosen.product_code
  form.lines = openLines(choices.orders, form.kind, chosen.product_code)
    .filter(({ order }) => order.customer_name === chosen.order.customer_name)
    .map(({ order, line_no }) => ({
      order_no: order.order_no,
      line_no,
      quantity: typed.find((one) => one.order_no === order.order_no && one.line_no === line_no)?.quantity ?? '',
    }))
    .sort((one, other) => rank(other, orderNo, lineNo) - rank(one, orderNo, lineNo))
    .slice(0, MAX_LINES)
  if (isOther) form.waybill = { ...form.waybill, productCode: '' }
}

/** As many as the server takes in one registration. */
const MAX_LINES = 5
const rank = (line: LineDraft, orderNo: string, lineNo: string): number =>
  line.order_no === orderNo && line.line_no === lineNo ? 1 : 0

/** The sum as people say it. */
export function totalWords(form: Pick<RegisterForm, 'lines'>): string {
  return tonnesWords(totalOf(form.lines))
}
