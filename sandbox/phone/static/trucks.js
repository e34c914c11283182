// Registrations with the steps that are possible now; one button is one step, and the product is told.

import { attempt, call, fill, h, isTyping, shortTime, toast } from './dom.js'
import { STATES, productName } from './words.js'

const ACTIONS = {
  'issue-card': '发卡', 'report-in': '报到', call: '叫号', requeue: '重新排队', enter: '进厂', tare: '一次过磅', load: '开始装卸',
  weigh: '二次过磅', exit: '出厂', 'take-card': '收卡',
}
const OVER = ['signed', 'cancelled', 'rejected', 'empty_out']

export class TruckList {
  constructor() {
    this.all = false
    this.rows = h('div')
    this.filter = h('div', { class: 'segments small', role: 'radiogroup', 'aria-label': '显示' }, [['进行中', false], ['全部', true]].map(([text, all]) =>
      h('button', { role: 'radio', 'aria-checked': String(all === this.all), onclick: () => this.#show(all) }, text)))
    this.element = h('div', {}, h('div', { class: 'section-head' },
      h('p', { class: 'lead', style: 'flex:1;margin:0' }, '这里由你当调度和各个岗位：按钮是这辆车现在能走的下一步。'), this.filter), this.rows)
  }

  async refresh() {
    if (isTyping(this.rows)) return
    const { items } = await call('/sandbox/le/registrations')
    const shown = items.filter((item) => this.all || !OVER.includes(item.status) || item.actions.length)
    fill(this.rows, JSON.stringify(shown), () => shown.length
      ? shown.map((item) => this.#truck(item))
      : h('p', { class: 'empty' }, items.length ? '没有进行中的登记。' : '还没有登记。司机在 H5「智慧物流」登记提货或送货后，会出现在这里。'))
  }

  #show(all) {
    this.all = all
    for (const [index, button] of [...this.filter.children].entries()) button.setAttribute('aria-checked', String((index === 1) === all))
    attempt(() => this.refresh())
  }

  #truck(item) {
    const [colour, word] = STATES[item.status]
    const kind = item.type === 'pickup' ? '提货' : '送货'
    return h('article', { class: 'visit', 'data-registration': item.registrationNo },
      h('div', { class: 'visit-head' }, h('b', {}, item.plateNo), h('span', { class: `pill ${colour}` }, word),
        h('span', {}, `${kind} ${productName(item.productCode)} ${item.netWeight ?? item.plannedQty} 吨`),
        h('span', { class: 'push row' }, item.actions.flatMap((action) => this.#action(item, action)))),
      h('div', { class: 'facts' }, facts(item).filter(Boolean).map((text) => h('span', {}, text))),
      h('ol', { class: 'trail' }, item.history.map((step) => h('li', {}, `${STATES[step.status][1]} `, h('time', {}, shortTime(step.at).slice(6))))))
  }

  #action(item, action) {
    const act = (body) => attempt(async () => {
      await call(`/sandbox/le/registrations/${item.registrationNo}/${action}`, 'POST', body)
      document.activeElement?.blur()
      await this.refresh()
    })
    const button = (text, body, style = '') => h('button', { class: `button ${style} small`, 'data-action': action, onclick: () => act(body()) }, text)
    if (action === 'weigh') return this.#weighing(item, button)
    if (action === 'call') return this.#calling(item, button)
    if (action === 'reject') return this.#rejecting(button)
    if (action === 'empty-out') return button('空车出厂', () => ({}), 'danger')
    return button(ACTIONS[action], () => ({}), ['requeue', 'take-card'].includes(action) ? 'quiet' : '')
  }

  #weighing(item, button) {
    const net = h('input', { class: 'inline-input short', inputmode: 'decimal', 'aria-label': '净重（吨）', title: '净重（吨）', value: item.plannedQty })
    return [net, button('二次过磅', () => ({ netWeight: net.value.trim() }))]
  }

  #calling(item, button) {
    if (item.lanes.length === 0) return h('button', { class: 'button small', disabled: true, title: '通道已满或没有开放' }, '通道已满')
    const lane = h('select', { class: 'inline-input short', 'aria-label': '叫到哪条通道' }, item.lanes.map((code) => h('option', {}, code)))
    return [lane, button('叫号', () => ({ laneCode: lane.value }))]
  }

  #rejecting(button) {
    const reason = h('input', { class: 'inline-input reason', 'aria-label': '拒绝的原因', placeholder: '拒绝的原因', maxlength: '100' })
    const give = () => {
      if (!reason.value.trim()) toast('请写明拒绝的原因')
      return { reason: reason.value }
    }
    return h('details', { class: 'more' }, h('summary', { class: 'button quiet small' }, '拒绝…'), h('span', { class: 'row' }, reason, button('拒绝', give, 'danger')))
  }
}

function facts(item) {
  const weights = [['毛重', item.grossWeight], ['皮重', item.tareWeight], ['净重', item.netWeight], ['签收', item.signedQty]]
  const window = `${shortTime(item.arriveFrom)} – ${shortTime(item.arriveTo).slice(6)}`
  const orders = item.lines.map((line) => `${line.orderNo}/${line.lineNo}${item.lines.length > 1 ? ` ${line.plannedQty}` : ''}`).join('、')
  return [item.registrationNo, `订单 ${orders}`, `司机 ${item.driver.name} ${item.driver.phone}`, item.escort && `押运 ${item.escort.name}`,
    item.trailerPlateNo && `挂车 ${item.trailerPlateNo}`, `到厂 ${window}`, item.cardNo && `卡 ${item.cardNo}${item.cardReturned ? '（已收）' : ''}`,
    item.queueNo && `排队号 ${item.queueNo}`, item.laneCode && `通道 ${item.laneCode}`,
    ...weights.map(([word, value]) => value && `${word} ${value} 吨`), item.reason && `原因 ${item.reason}`]
}
