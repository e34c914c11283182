// The board of lanes with their queues, and the pool of cards.

import { attempt, call, clockTime, fill, h } from './dom.js'
import { productName } from './words.js'

const LANE_STATES = { open: '开放', paused: '暂停', closed: '关闭' }
const PLACES = { waiting: ['', '等待'], called: ['amber', '已叫号'], loading: ['green', '装卸中'] }
const CARD_STATES = { free: ['green', '空闲'], issued: ['blue', '在外'], damaged: ['red', '损坏'] }

export class LaneBoard {
  constructor() {
    this.lanes = h('div', { class: 'lanes' })
    this.cards = h('div')
    this.element = h('div', {}, this.lanes, h('section', { class: 'section' }, h('h2', {}, '卡'), this.cards))
  }

  async refresh() {
    const [lanes, cards] = await Promise.all([call('/sandbox/le/lanes'), call('/sandbox/le/cards')])
    fill(this.lanes, JSON.stringify(lanes.items), () => lanes.items.map((lane) => this.#lane(lane)))
    fill(this.cards, JSON.stringify(cards.items), () => cardPool(cards.items))
  }

  #lane(lane) {
    const set = (state) => attempt(async () => { await call(`/sandbox/le/lanes/${lane.laneCode}`, 'POST', { state }); await this.refresh() })
    return h('article', { class: 'lane', 'data-lane': lane.laneCode },
      h('div', { class: 'visit-head' }, h('b', {}, lane.laneCode), h('span', {}, lane.name)),
      h('small', {}, `${lane.productCodes.map(productName).join('、')} · 最多 ${lane.maxQueue} 辆`),
      h('div', { class: 'segments small', role: 'radiogroup', 'aria-label': `${lane.name}的状态` }, Object.entries(LANE_STATES).map(([state, word]) =>
        h('button', { role: 'radio', 'aria-checked': String(state === lane.state), onclick: () => set(state) }, word))),
      lane.queue.length ? h('ol', { class: 'queue' }, lane.queue.map((row) => place(row))) : h('small', {}, '没有车'))
  }
}

function place(row) {
  const [colour, word] = PLACES[row.state]
  return h('li', {}, h('b', {}, row.position), h('span', {}, row.plateNo), h('span', { class: `pill ${colour}` }, word),
    h('small', { title: `排队于 ${clockTime(row.joinedAt)}` }, row.etaMinutes ? `约 ${row.etaMinutes} 分钟` : ''))
}

function cardPool(cards) {
  const out = cards.filter((card) => card.state !== 'free')
  const free = h('span', { class: 'pill green' }, `空闲 ${cards.length - out.length} 张`)
  return h('div', { class: 'rights' }, free, out.map((card) => h('span', { class: `pill ${CARD_STATES[card.state][0]}` },
    `${card.cardNo} ${card.registrationNo ?? CARD_STATES[card.state][1]}`)))
}
