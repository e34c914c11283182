// The park committee's console: decide pending visits, let people through the park's gate, faults and switches, calls.

import { attempt, call, fill, h, shortTime } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { segments } from './segments.js'

const STATUSES = { pending: ['amber', '待审核'], accepted: ['green', '已受理'], rejected: ['red', '已拒绝'], cancelled: ['', '企业已撤销'], expired: ['', '已过期'] }
const PATHS = { '*': '全部', '/park/v1/visits': '登记、修改、撤销、查询' }
const KNOBS = {
  decision: { title: '收到登记后', hint: '新登记和修改都按这里处理', choices: { accept: '自动受理', ask: '等待人工审核', reject: '自动拒绝' } },
  processing_seconds: { title: '处理用时（秒）', hint: '期间重发同一请求会得到 IN_PROGRESS' },
}
const PASSAGES = { entered: '进入园区', left: '离开园区' }

export class ParkConsole {
  name = 'park'
  title = '园区'

  constructor() {
    this.visits = h('div')
    this.faults = new FaultPanel('park', PATHS, 'DECLINED')
    this.knobs = new KnobPanel('park', KNOBS)
    const calls = new CallLog('park')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), this.faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), this.knobs.element))
    this.parts = segments([
      { name: 'visits', title: '访客登记', element: this.visits, refresh: () => this.#refreshVisits() },
      { name: 'faults', title: '故障与开关', element: settings, refresh: () => Promise.all([this.faults.refresh(), this.knobs.refresh()]) },
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

  async #refreshVisits() {
    const { items } = await call('/sandbox/park/visits')
    fill(this.visits, JSON.stringify(items), () => items.length
      ? items.map((visit) => this.#visit(visit))
      : h('p', { class: 'empty' }, '园区平台上还没有访客。预约批准后，会自动报送到这里。'))
  }

  #visit(visit) {
    const [colour, word] = STATUSES[visit.status]
    const facts = visit.facts
    const lines = [`来访 ${shortTime(facts.startAt)} – ${shortTime(facts.endAt)}`, `手机 ${facts.visitor.phone}`,
      facts.vehicle && `车牌 ${facts.vehicle.plateNo}`, `被访人 ${facts.host.name}`, `园区单号 ${visit.parkVisitNo}`,
      visit.reason && `原因 ${visit.reason}`, ...visit.passages.map((passage) => `${shortTime(passage.at)} ${PASSAGES[passage.direction]}`)]
    return h('article', { class: 'visit', 'data-visit': visit.visitNo },
      h('div', { class: 'visit-head' }, h('b', {}, facts.visitor.name), h('span', { class: `pill ${colour}` }, word),
        h('span', { class: 'push row' }, this.#buttons(visit))),
      h('div', { class: 'facts' }, lines.filter(Boolean).map((text) => h('span', {}, text))))
  }

  #buttons(visit) {
    if (visit.status === 'cancelled') return []
    const act = (path, body) => () => attempt(async () => { await call(`/sandbox/park/visits/${visit.visitNo}/${path}`, 'POST', body); await this.#refreshVisits() })
    const button = (text, work, style = 'quiet') => h('button', { class: `button ${style} small`, onclick: work }, text)
    return [
      visit.status !== 'accepted' && button('受理', act('decide', { status: 'accepted' })),
      visit.status !== 'rejected' && button('拒绝', act('decide', { status: 'rejected', reason: '园区临时管控' })),
      visit.status === 'accepted' && button('进入', act('pass', { direction: 'entered' })),
      visit.passages.at(-1)?.direction === 'entered' && button('离开', act('pass', { direction: 'left' })),
    ]
  }
}
