import type { Person, Product, Vehicle } from '@/shared/api/logisticsTypes'
import type { Pick } from '../components/logistics/PickList.vue'
import { AVAILABILITIES, PERSON_ROLES, VALIDITIES, VEHICLE_KINDS } from '@/shared/logistics'
import { tonnesWords } from '@/shared/quantities'
import { type OpenLine, openLines, type RegisterForm } from './form'
import type { Choices } from './form'
import { spacedPlate } from './plateKeys'

/** A line that is too long breaks behind a dot, never before it. */
const DOT = '\u00a0· '

/** Rows to choose from, in words. What will not pass the checks may be chosen all the same: the office can except it. */
export function vehiclePick(vehicle: Vehicle): Pick {
  const { plate_number, kind, approved_load, tank } = vehicle
  const load = `核载 ${tonnesWords(approved_load)}`
  return {
    key: plate_number,
    title: spacedPlate(plate_number),
    line: [VEHICLE_KINDS[kind], load, ...(tank ? [`罐 ${tank.tank_no}`] : [])].join(' · '),
    ...standing(vehicle),
  }
}

export function personPick(person: Person): Pick {
  const { driver_no, name, phone, role } = person
  return { key: driver_no, title: name, line: `${PERSON_ROLES[role]} · ${phone}`, ...standing(person) }
}

function standing({ validity, suspended_reason, expiries }: Vehicle | Person): Partial<Pick> {
  if (validity === 'valid') return {}
  const first = expiries[0]
  const warning = {
    suspended: `已停用${suspended_reason ? `：${suspended_reason}` : ''}，请联系厂方`,
    expired: `${first?.name ?? '证件'}已过期，请先更新档案`,
    expiring: null,
  }[validity]
  return { badge: VALIDITIES[validity], warning }
}

const lineKey = ({ order, line_no }: OpenLine): string => `${order.order_no}/${line_no}`

/** The order lines of a kind that can be chosen, with the product's stock in words. */
export function linePicks({ orders, products }: Choices, { kind }: RegisterForm): Pick[] {
  return openLines(orders, kind).map((line) => ({
    key: lineKey(line),
    title: `${line.product_name} · 剩 ${tonnesWords(line.open)}`,
    line: [line.order.order_no, line.order.customer_name, `有效至 ${line.order.valid_to}`].join(DOT),
    badge: kind === 'pickup' ? availabilityOf(products, line.product_code) : undefined,
  }))
}

/** The orders that cannot be used, with the reason. */
export function refusedPicks({ orders }: Choices, { kind }: RegisterForm): Pick[] {
  return orders
    .filter((order) => order.kind === kind && !order.can_register)
    .map((order) => ({
      key: order.order_no,
      title: order.lines.map(({ product_name }) => product_name).join('、') || order.order_no,
      line: `${order.order_no} · ${order.customer_name}`,
      refusal: order.problem ?? '现在不能登记',
    }))
}

function availabilityOf(products: readonly Product[], code: string): Pick['badge'] {
  const found = products.find((product) => product.code === code)
  return found && found.availability !== 'not_needed' ? AVAILABILITIES[found.availability] : undefined
}
