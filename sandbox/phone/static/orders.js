// Orders: what is left of them, blocked or closed by hand, and new ones for a driver's phone.

import { attempt, call, fill, h, toast } from './dom.js'
import { PRODUCTS } from './words.js'

const STATUSES = { open: ['green', '未提'], partly: ['blue', '部分已提'], closed: ['', '已关闭'], blocked: ['red', '已冻结'] }
const TYPES = { pickup: '提货', delivery: '送货' }

export class OrderPanel {
  constructor() {
    this.rows = h('div')
    this.customer = h('select')
    this.element = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '新建订单'), this.#form(), h('section', { class: 'section' }, h('h2', {}, '全部订单'), this.rows))
  }

  async refresh() {
    const { items, customers } = await call('/sandbox/le/orders')
    fill(this.customer, JSON.stringify(customers), () => options(Object.fromEntries(customers.map((item) => [item.no, item.name]))))
    fill(this.rows, JSON.stringify(items), () => this.#table(items))
  }

  #form() {
    const field = (text, control) => h('label', { class: 'field' }, h('span', {}, text), control)
    const type = h('select', {}, options(TYPES))
    const product = h('select', {}, options(PRODUCTS))
    const quantity = h('input', { inputmode: 'decimal', value: '60', required: true })
    const phone = h('input', { inputmode: 'tel', value: '13700005555', required: true })
    const days = h('input', { type: 'date' })
    const make = async (event) => {
      event.preventDefault()
      const order = await call('/sandbox/le/orders', 'POST', { type: type.value, customerNo: this.customer.value, phone: phone.value.trim(),
        lines: [{ productCode: product.value, quantity: quantity.value.trim() }], validTo: days.value })
      toast(`已建订单 ${order.orderNo}`)
      await this.refresh()
    }
    return h('form', { class: 'order-form', onsubmit: (event) => attempt(() => make(event)) }, field('类型', type), field('客户', this.customer), field('货物', product),
      field('数量（吨）', quantity), field('司机手机', phone), field('有效期至', days), h('button', { class: 'button' }, '新建订单'))
  }

  #table(items) {
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['订单', '客户 · 有效期', '货物', '订货', '可登记', '状态', ''].map((text) => h('th', {}, text)))),
      h('tbody', {}, items.flatMap((order) => order.lines.map((line, index) => this.#row(order, line, index))))))
  }

  #row(order, line, index) {
    const [colour, word] = STATUSES[order.status]
    const first = (content) => (index === 0 ? content : '')
    return h('tr', {}, h('td', {}, index === 0 && h('b', { class: 'nowrap' }, order.orderNo), h('small', { class: 'block' }, `${TYPES[order.type]} · 行 ${line.lineNo}`)),
      h('td', {}, first(order.customer.name), index === 0 && h('small', { class: 'block nowrap' }, `${order.validFrom.slice(5)} – ${order.validTo.slice(5)} · ${order.phones.join('、')}`)),
      h('td', { class: 'nowrap' }, line.productName, line.hazardous && h('small', { class: 'block' }, `${line.hazardClass} 类 UN${line.unNo}`)),
      h('td', { class: 'number' }, line.orderedQty), h('td', { class: 'number' }, line.openQty),
      h('td', {}, index === 0 && h('span', { class: `pill ${colour}` }, word)), h('td', {}, index === 0 && this.#buttons(order)))
  }

  #buttons(order) {
    const act = (action) => attempt(async () => { await call(`/sandbox/le/orders/${order.orderNo}/${action}`, 'POST'); await this.refresh() })
    const button = (text, action) => h('button', { class: 'button quiet small', onclick: () => act(action) }, text)
    return h('span', { class: 'buttons' }, order.state === 'open' ? [button('冻结', 'block'), button('关闭', 'close')] : button('恢复', 'reopen'))
  }
}

function options(words) {
  return Object.entries(words).map(([value, text]) => { const option = h('option', {}, text); option.value = value; return option })
}
