// The SMS account's console: every message, the limits, what goes wrong.

import { call, fill, h, shortTime } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { segments } from './segments.js'

const KNOBS = {
  thirty_second_limit: { title: '每个号码 30 秒最多几条', hint: '腾讯云默认 1' },
  hour_limit: { title: '每个号码 1 小时最多几条', hint: '腾讯云默认 5' },
  day_limit: { title: '每个号码 1 个自然日最多几条', hint: '腾讯云默认 2 至 10，上线前在控制台调高' },
  same_content_day_limit: { title: '相同内容每天最多几条', hint: '同一个号码、一字不差的内容' },
  packages: { title: '套餐余量（条）', hint: '用完后每条返回余额不足' },
  approved: { title: '签名已审核通过', hint: '关闭后每条都被拒绝' },
  number_code: { title: '每个号码都返回', hint: '外层成功、号码失败：只看 HTTP 200 会以为发出去了', text: 'FailedOperation.…' },
  delivery_seconds: { title: '多久送达（秒）', hint: '已受理，但手机过一会儿才收到' },
  undelivered: { title: '受理但不送达', hint: '返回 Ok，手机永远收不到' },
}

export class SmsConsole {
  name = 'sms'
  title = '短信'

  constructor() {
    this.messages = h('div')
    const faults = new FaultPanel('sms', { '*': '全部' }, 'InternalError.Timeout')
    const knobs = new KnobPanel('sms', KNOBS)
    const calls = new CallLog('sms')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), knobs.element))
    const lead = h('p', { class: 'lead' }, '腾讯云短信受理的每一条。号码是谁的，谁的手机就收到；换成那个人拿手机就能看见。')
    this.parts = segments([
      { name: 'messages', title: '短信', element: h('div', {}, lead, this.messages), refresh: () => this.#refreshMessages() },
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

  async #refreshMessages() {
    const { items } = await call('/sandbox/sms/messages')
    fill(this.messages, JSON.stringify(items), () => items.length ? table(items) : h('p', { class: 'empty' }, '还没有短信'))
  }
}

function table(items) {
  const row = (item) => h('tr', {},
    h('td', {}, h('time', {}, shortTime(item.at))), h('td', { class: 'mono' }, item.phone), h('td', {}, item.text),
    h('td', {}, h('span', { class: `pill ${item.delivered ? 'green' : 'amber'}` }, item.delivered ? '已送达' : '未送达')))
  return h('div', { class: 'table-scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, ['时间', '号码', '内容', '状态'].map((text) => h('th', {}, text)))), h('tbody', {}, items.map(row))))
}
