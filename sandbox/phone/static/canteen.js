// The canteen's console: eat at a terminal, the counter's work on accounts and cards, rows and top-ups, faults and switches.

import { call, clockTime, fill, h, shortTime } from './dom.js'
import { CallLog } from './calls.js'
import { CounterPanel } from './counter.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { PosTerminal } from './pos.js'
import { segments } from './segments.js'
import { KINDS, yuan } from './purse.js'

const PATHS = {
  '*': '全部', '/canteen/v1/recharges': '充值与查询充值', '/canteen/v1/accounts': '查账户与余额', '/canteen/v1/transactions': '取流水',
  '/canteen/v1/cards': '挂失与解挂',
}
const REASONS = { '': '不拒绝', ACCOUNT_CLOSED: '账户已销户', ACCOUNT_FROZEN: '账户已冻结', BALANCE_LIMIT: '超过余额上限', 系统升级中: '系统升级中' }
const KNOBS = {
  crediting_seconds: { title: '入账用时（秒）', hint: '先答“处理中”，过后才入账；0 = 当场入账' },
  crediting_fails: { title: '处理后的结果', hint: '“处理中”结束时入账，或者拒绝', choices: { ...REASONS, '': '入账' } },
  reject: { title: '拒绝新的充值', hint: '当场拒绝，产品会退款', choices: REASONS },
  balance_limit_fen: { title: '余额上限（分）', hint: '充值后超过就拒绝' },
  counter_only: { title: '解挂只能到柜台', hint: '联机解挂答 COUNTER_ONLY' },
  offline_seconds: { title: '脱机流水多久补传（秒）', hint: '也可以在 POS 机旁点“立即补传”' },
  processing_seconds: { title: '处理用时（秒）', hint: '期间重发同一请求会得到 IN_PROGRESS' },
  bare_rows: { title: '流水只有必需的内容', hint: '没有工号、姓名、充值单号和总序号' },
}
const RECHARGES = { credited: ['green', '已入账'], processing: ['amber', '处理中'], rejected: ['red', '已拒绝'] }

export class CanteenConsole {
  name = 'canteen'
  title = '食堂 POS'

  constructor() {
    const pos = new PosTerminal()
    const counter = new CounterPanel()
    const faults = new FaultPanel('canteen', PATHS, 'ACCOUNT_CLOSED')
    const knobs = new KnobPanel('canteen', KNOBS)
    const calls = new CallLog('canteen')
    this.rows = h('div')
    this.recharges = h('div')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), knobs.element))
    this.parts = segments([
      { name: 'pos', title: 'POS 机', element: pos.element, refresh: () => pos.refresh() },
      { name: 'counter', title: '账户与卡', element: counter.element, refresh: () => counter.refresh() },
      { name: 'rows', title: '流水', element: this.rows, refresh: () => this.#refreshRows() },
      { name: 'recharges', title: '充值', element: this.recharges, refresh: () => this.#refreshRecharges() },
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

  async #refreshRows() {
    const { items, lastSeq } = await call('/sandbox/canteen/rows')
    fill(this.rows, `${lastSeq}`, () => items.length
      ? [h('p', { class: 'lead' }, `共 ${lastSeq} 条，最新的在上面。序号按入账次序：脱机的消费补传时才得到序号。`),
        table(['序号', '账户', '类型', '金额（元）', '余额（元）', '发生', '入账', '终端'], items.map(rowOf))]
      : h('p', { class: 'empty' }, '还没有流水。在「POS 机」里消费一次，就会出现在这里。'))
  }

  async #refreshRecharges() {
    const { items } = await call('/sandbox/canteen/recharges')
    fill(this.recharges, JSON.stringify(items), () => items.length
      ? table(['收到', '充值单号', '账户', '金额（元）', '状态', '微信支付单号'], items.map(rechargeOf))
      : h('p', { class: 'empty' }, '还没有充值。产品确认微信付款后，会把充值送到这里。'))
  }
}

function table(titles, rows) {
  return h('div', { class: 'table-scroll' }, h('table', {}, h('thead', {}, h('tr', {}, titles.map((text) => h('th', {}, text)))), h('tbody', {}, rows)))
}

function rowOf(row) {
  const late = row.postedAt !== row.occurredAt
  return h('tr', {}, h('td', { class: 'number' }, row.seq), h('td', { class: 'nowrap' }, row.nameMasked, h('small', { class: 'block' }, row.accountNo)),
    h('td', {}, KINDS[row.kind] ?? row.kind, row.serialNo && h('small', { class: 'block mono' }, row.serialNo)),
    h('td', { class: 'number money' }, yuan(row.amountFen, true)), h('td', { class: 'number money' }, yuan(row.balanceAfterFen)),
    h('td', {}, h('time', {}, shortTime(row.occurredAt))), h('td', {}, late ? h('span', { class: 'pill amber' }, `补传 ${clockTime(row.postedAt)}`) : h('time', {}, clockTime(row.postedAt))),
    h('td', { class: 'nowrap' }, row.terminal))
}

function rechargeOf(item) {
  const [colour, word] = RECHARGES[item.status]
  return h('tr', {}, h('td', {}, h('time', {}, shortTime(item.at))), h('td', { class: 'mono' }, item.serialNo), h('td', { class: 'number' }, item.accountNo),
    h('td', { class: 'number money' }, yuan(item.amountFen)), h('td', {}, h('span', { class: `pill ${colour}` }, word), item.reason && h('small', { class: 'block' }, REASONS[item.reason] ?? item.reason)),
    h('td', { class: 'mono' }, item.channelTransactionId))
}
