import { serverNow } from '@/shared/api/serverClock'
import { showToast } from 'vant'
import 'vant/es/toast/style'
import { computed, reactive, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { Registration } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { shortTonnes, sumTonnes } from '@/shared/quantities'
import { parse, toIso } from '@/shared/time'
import { logistics } from '../http'
import { arrivalProblem } from './arrival'
import { type Choices, emptyForm, openLines, type RegisterForm, sameLine, takenLines, toWaybill } from './form'
import { lineProblem, waybillProblem } from './wizard'

/** Refusals after which the page shows how the registration is now. */
const MOVED_ON = new Set(['registration_changed', 'registration_not_changeable', 'registration_expired'])

/** Other quantities or another arrival of one's own registration. */
export function useChange(id: string, onDone: () => Promise<void>) {
  const form = reactive(emptyForm('pickup'))
  const registration = shallowRef<Registration | null>(null)
  const choices = shallowRef<Choices>({ orders: [], products: [], vehicles: [], people: [] })

  const loading = useAction(async () => {
    const [known, orders, products] = await Promise.all([
      logistics.registration(id),
      logistics.orders(),
      logistics.products(),
    ])
    choices.value = withOwn({ ...choices.value, orders: orders.items, products }, known)
    Object.assign(form, formOf(known))
    registration.value = known
  })

  /** The limit stays: changing is no way to hold for ever. */
  const latest = computed(() => (registration.value?.expires_at ? parse(registration.value.expires_at) : null))

  function problem(): string | null {
    const open = openLines(choices.value.orders, form.kind, form.productCode)
    const leftOf = (line: RegisterForm['lines'][number]) =>
      open.find((one) => sameLine(one, one.order.order_no, line))?.open
    const wrong = form.lines.map((line) => lineProblem(line, leftOf(line))).find((one) => one !== null)
    if (wrong) return wrong
    if (!takenLines(form.lines).length) return '请填写数量'
    if (form.waybill.number && waybillProblem(form.waybill)) return waybillProblem(form.waybill)
    return arrivalProblem(form.arriveFrom, form.arriveTo, serverNow(), latest.value ?? Infinity)
  }

  const submission = useAction(async () => {
    const known = registration.value
    const said = problem()
    if (said) return void showToast(said)
    if (!known || form.arriveFrom === null || form.arriveTo === null) return
    try {
      await logistics.change(id, {
        version: known.version,
        lines: takenLines(form.lines),
        waybill: form.waybill.number ? toWaybill(form.waybill) : null,
        arrive_from: toIso(form.arriveFrom),
        arrive_to: toIso(form.arriveTo),
      })
    } catch (error) {
      if (error instanceof ApiError && MOVED_ON.has(error.code)) await loading.run()
      throw error
    }
    await onDone()
  })

  return { form, registration, choices, latest, loading, submission }
}

/** A registration as a form. */
export function formOf(known: Registration): RegisterForm {
  const { kind, product_code, lines, plate_number, waybill_no, quantity } = known
  return {
    ...emptyForm(kind),
    productCode: product_code,
    plate: plate_number,
    lines: lines.map((line) => ({ ...line, quantity: shortTonnes(line.quantity) })),
    waybill: waybill_no
      ? { number: waybill_no, plate: plate_number, productCode: product_code, quantity: shortTonnes(quantity) }
      : emptyForm(kind).waybill,
    arriveFrom: parse(known.arrive_from),
    arriveTo: parse(known.arrive_to),
  }
}

/** What the registration itself takes is open for its change, also when its order is full or closed meanwhile. */
export function withOwn(choices: Choices, known: Registration): Choices {
  const ownOf = (orderNo: string, lineNo: string): string =>
    known.lines.find((line) => line.order_no === orderNo && line.line_no === lineNo)?.quantity ?? '0'
  const orders = choices.orders.map((order) => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, open: sumTonnes([line.open, ownOf(order.order_no, line.line_no)]) })),
  }))
  return { ...choices, orders }
}
