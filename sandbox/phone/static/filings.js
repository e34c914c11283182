// What the product filed at LE (vehicles, people, reports), and the messages LE sent to the product.

import { attempt, call, clockTime, fill, h, shortTime, toast } from './dom.js'
import { STATES, productName } from './words.js'

const KINDS = { tractor: '牵引车', trailer: '挂车', rigid: '整车' }
const ROLES = { driver: '驾驶员', escort: '押运员', both: '驾驶员、押运员' }

export class FilingPanel {
  constructor() {
    this.vehicles = h('div')
    this.drivers = h('div')
    this.reports = h('div')
    this.events = h('div')
    const part = (title, element) => h('section', { class: 'section' }, h('h2', {}, title), element)
    this.element = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '最近的状态通知'), this.events,
      part('车辆', this.vehicles), part('驾驶员与押运员', this.drivers), part('入厂报备', this.reports))
  }

  async refresh() {
    const [vehicles, drivers, reports, events] = await Promise.all(['vehicles', 'drivers', 'reports', 'events'].map((name) => call(`/sandbox/le/${name}`)))
    const draw = (element, { items }, heads, row, empty) => fill(element, JSON.stringify(items), () =>
      items.length ? table(heads, items.map(row)) : h('p', { class: 'empty' }, empty))
    draw(this.vehicles, vehicles, ['车牌', '种类', '道路运输证', '年检至', '罐体', '核载', '版本', '同步于'], vehicleRow, '产品还没有同步车辆。')
    draw(this.drivers, drivers, ['姓名', '手机', '身份', '证件号', '从业资格至', '类别', '版本', '同步于'], driverRow, '产品还没有同步人员。')
    draw(this.reports, reports, ['报备号', '车牌', '驾驶员', '货物', '预计到厂'], reportRow, '还没有报备。')
    draw(this.events, { items: events.items.slice(0, 12) }, ['时间', '登记', '状态', '序号', '产品的回答', ''], (row) => this.#eventRow(row), '还没有通知。')
  }

  #eventRow({ at, status, event }) {
    const good = status === 200
    const word = STATES[event.status]?.[1] ?? event.status
    return [h('time', {}, clockTime(at)), h('span', { class: 'mono' }, event.registrationNo), word, event.seq,
      h('span', { class: `pill ${good ? 'green' : 'red'}` }, status === 0 ? '无回答' : `HTTP ${status}`), this.#again(event)]
  }

  /** The same message once more, with an older number, or signed by somebody else. */
  #again(event) {
    const send = (body) => attempt(async () => {
      const { status } = await call('/sandbox/le/events', 'POST', body)
      toast(`产品的回答：${status ? `HTTP ${status}` : '没有回答'}`)
      await this.refresh()
    })
    const button = (text, body) => h('button', { class: 'button quiet small', onclick: () => send(body) }, text)
    const older = { ...event, eventId: `old-${crypto.randomUUID().slice(0, 18)}`, seq: 1 }
    return h('span', { class: 'buttons' }, button('重发', { event }), button('旧序号', { event: older }), button('伪造签名', { event, forged: true }))
  }
}

function table(heads, rows) {
  return h('div', { class: 'table-scroll' }, h('table', {}, h('thead', {}, h('tr', {}, heads.map((text) => h('th', {}, text)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) => h('td', { class: 'nowrap' }, cell ?? '')))))))
}

const name = (text, suspended) => h('span', {}, h('b', {}, text), suspended && h('span', { class: 'pill red', style: 'margin-left:6px' }, '停用'))
const vehicleRow = (row) => [name(row.plateNo, row.suspended), KINDS[row.kind], `${row.certExpiry}（${row.certClasses.join('、') || '无类别'}）`, row.inspectionExpiry,
  row.tank ? `${row.tank.tankNo} 至 ${row.tank.inspectionExpiry}` : '', row.approvedLoadT && `${row.approvedLoadT} 吨`, row.version, shortTime(row.at)]
const driverRow = (row) => [name(row.name, row.suspended), row.phone, ROLES[row.role], row.idNoMasked, row.qualificationExpiry, row.qualificationClasses.join('、'), row.version, shortTime(row.at)]
const reportRow = (row) => [row.reportNo, [row.plateNo, row.trailerPlateNo].filter(Boolean).join(' + '), `${row.driver.name} ${row.driver.phone}`, productName(row.productCode), shortTime(row.expectedArrival)]
