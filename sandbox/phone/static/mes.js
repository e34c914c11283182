// The tank farm's console: what MES tells and what is really in each tank, set by hand.

import { attempt, call, clockTime, fill, h, isTyping } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { segments } from './segments.js'
import { productName } from './words.js'

const PATHS = { '*': '全部', '/mes/v1/tank-stock': '查罐存（tank-stock）' }
const STATUSES = { in_service: '在用', receiving: '进料中', sampling: '取样中', locked: '锁定', maintenance: '检修' }
const QUALITIES = { good: '正常', uncertain: '存疑', bad: '坏值' }
const KNOBS = {
  lag_seconds: { title: '过磅后液位滞后（秒）', hint: '物流过磅后，多久储罐才降下来' },
  measure_seconds: { title: '多久测一次（秒）', hint: '测量时间按这个间隔前进' },
  lower_while_loading: { title: '装车时液位下降', hint: '关闭时，过磅后一次降下' },
  loading_seconds: { title: '装车用时（秒）', hint: '装车时液位下降的快慢' },
  stale: { title: '数据陈旧', hint: '所有储罐给出很久以前的测量' },
  stale_seconds: { title: '陈旧多久（秒）', hint: '数据陈旧时，测量时间早多少' },
  bad_quality: { title: '全部坏值', hint: '所有储罐的质量都是坏值，可发量为 0' },
}

export class TankConsole {
  name = 'mes'
  title = '罐区 MES'

  constructor() {
    this.tanks = h('div', { class: 'tanks' })
    const faults = new FaultPanel('mes', PATHS, 'INTERNAL')
    const knobs = new KnobPanel('mes', KNOBS)
    const calls = new CallLog('mes')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), knobs.element))
    const lead = h('p', { class: 'lead' }, '液位条是 MES 告诉产品的；物流过磅之后，罐里的实际存量先变，测量值随后跟上。')
    this.parts = segments([
      { name: 'tanks', title: '储罐', element: h('div', {}, lead, this.tanks), refresh: () => this.#refreshTanks() },
      { name: 'faults', title: '故障与开关', element: settings, refresh: () => Promise.all([faults.refresh(), knobs.refresh()]) },
      { name: 'calls', title: '调用记录', element: calls.element, refresh: () => calls.refresh() },
    ])
    this.element = this.parts.element
  }

  async refresh() {
    await this.parts.current().refresh()
  }

  open(part) {
    this.parts.open(part)
  }

  async #refreshTanks() {
    if (isTyping(this.tanks)) return
    const { items } = await call('/sandbox/mes/tanks')
    fill(this.tanks, JSON.stringify(items), () => items.map((tank) => this.#tank(tank)))
  }

  #tank(tank) {
    const set = (change) => attempt(async () => {
      await call(`/sandbox/mes/tanks/${tank.tankNo}`, 'PATCH', change)
      document.activeElement?.blur()
      await this.#refreshTanks()
    })
    const usable = Number(tank.availableT) > 0
    return h('article', { class: 'tank', 'data-tank': tank.tankNo },
      h('div', { class: 'visit-head' }, h('b', {}, tank.tankNo), h('span', {}, productName(tank.productCode)),
        h('span', { class: `pill push ${usable ? 'green' : 'red'}` }, usable ? `可发 ${tank.availableT} 吨` : '不可发')),
      level(tank),
      h('div', { class: 'facts' }, figures(tank).map((text) => h('span', {}, text))),
      h('div', { class: 'tank-controls' }, this.#choice('状态', STATUSES, tank.status, (status) => set({ status })),
        this.#choice('质量', QUALITIES, tank.quality, (quality) => set({ quality })),
        this.#number('存量（吨）', tank.reallyT, (massT) => set({ massT })), this.#number('漂移（吨/分钟）', tank.drift, (drift) => set({ drift })),
        h('label', { class: 'checks-line' }, h('input', { type: 'checkbox', checked: tank.frozen, onchange: (event) => set({ frozen: event.target.checked }) }), '仪表停住（测量时间不再前进）')))
  }

  #choice(title, words, value, choose) {
    const select = h('select', { onchange: () => choose(select.value) }, Object.entries(words).map(([key, text]) => { const option = h('option', {}, text); option.value = key; return option }))
    select.value = value
    return h('label', { class: 'field' }, h('span', {}, title), select)
  }

  #number(title, value, save) {
    const input = h('input', { inputmode: 'decimal', value, onchange: () => save(input.value.trim()) })
    return h('label', { class: 'field' }, h('span', {}, title), input)
  }
}

function level(tank) {
  const percent = (tonnes) => `${Math.min(100, (Number(tonnes) / Number(tank.capacityT)) * 100)}%`
  return h('div', { class: 'level', role: 'img', 'aria-label': `存量 ${tank.massT} 吨，容量 ${tank.capacityT} 吨` },
    h('i', { class: 'fill', style: `width:${percent(tank.massT)}` }), h('i', { class: 'heel', style: `width:${percent(tank.heelT)}`, title: `死存量 ${tank.heelT} 吨` }),
    h('b', {}, `${tank.massT} 吨`))
}

function figures(tank) {
  return [`液位 ${tank.levelMm} mm`, `容量 ${Math.round(Number(tank.capacityT))} 吨`, `死存量 ${Number(tank.heelT)} 吨`, `${tank.temperatureC} °C`, `${Number(tank.densityKgM3)} kg/m³`,
    `测量于 ${clockTime(tank.measuredAt)}`, tank.reallyT === tank.massT ? '' : `罐里实际 ${tank.reallyT} 吨`].filter(Boolean)
}
