// The logistics system's console: a person plays the dispatcher, the stations and the master data.

import { h } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { FilingPanel } from './filings.js'
import { KnobPanel } from './knobs.js'
import { LaneBoard } from './lanes.js'
import { OrderPanel } from './orders.js'
import { segments } from './segments.js'
import { TruckList } from './trucks.js'

const PATHS = {
  '*': '全部', '/le/v1/registrations': '登记、改、取消、退卡、签收', '/le/v1/orders': '查订单', '/le/v1/lanes': '查通道与排队',
  '/le/v1/vehicles': '同步车辆', '/le/v1/drivers': '同步人员', '/le/v1/entry-reports': '入厂报备',
}
const KNOBS = {
  auto_card: { title: '登记后自动发卡', hint: '关闭后由调度在「车辆登记」里发卡' },
  auto_truck: { title: '车辆自动往前走', hint: '每隔几秒走一步：报到、叫号、进厂、过磅、出厂' },
  step_seconds: { title: '每步用时（秒）', hint: '车辆自动往前走时，两步之间的时间' },
  minutes_per_truck: { title: '每车用时（分钟）', hint: '用来算排队的预计等待' },
  tolerance_percent: { title: '签收磅差（%）', hint: '与净重相差更多时，签收必须写原因' },
  processing_seconds: { title: '处理用时（秒）', hint: '期间重发同一请求会得到 IN_PROGRESS' },
  closed_reason: { title: '停止登记', hint: '写了原因就拒绝新的登记（422）', text: '停止的原因' },
  events: { title: '状态通知', hint: '发给产品的通知怎样出错', flags: { lost: '丢失', duplicate: '重复', reordered: '次序颠倒' } },
}

export class LogisticsConsole {
  name = 'le'
  title = '物流 LE'

  constructor() {
    const trucks = new TruckList()
    const board = new LaneBoard()
    const orders = new OrderPanel()
    const filings = new FilingPanel()
    const faults = new FaultPanel('le', PATHS, 'ORDER_BLOCKED')
    const knobs = new KnobPanel('le', KNOBS)
    const calls = new CallLog('le')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), knobs.element))
    this.parts = segments([
      { name: 'trucks', title: '车辆登记', element: trucks.element, refresh: () => trucks.refresh() },
      { name: 'lanes', title: '通道与卡', element: board.element, refresh: () => board.refresh() },
      { name: 'orders', title: '订单', element: orders.element, refresh: () => orders.refresh() },
      { name: 'filings', title: '档案与通知', element: filings.element, refresh: () => filings.refresh() },
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
}
