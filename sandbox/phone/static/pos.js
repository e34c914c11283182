// A terminal in the canteen: choose a card, eat; online at once, offline posted later.

import { attempt, call, fieldTime, fill, h, isTyping, shortTime, toast } from './dom.js'
import { CARD_STATES, KINDS, fenOf, yuan } from './purse.js'

const MEALS = [['早餐', 600], ['午餐', 1250], ['晚餐', 1000]]
const READY = { text: '请刷卡', hint: '选一张卡，再选一餐' }

export class PosTerminal {
  constructor() {
    this.accounts = []
    this.cardNo = ''
    this.offline = false
    this.cards = h('div', { class: 'devices meal-cards', role: 'radiogroup', 'aria-label': '卡' })
    this.display = h('div', { class: 'answer', role: 'status' })
    this.mode = h('div', { class: 'segments', role: 'radiogroup', 'aria-label': '终端' }, [['联网', false], ['脱机', true]].map(([text, offline]) =>
      h('button', { role: 'radio', 'aria-checked': String(!offline), onclick: () => this.#setOffline(offline) }, text)))
    this.at = h('input', { type: 'datetime-local', 'aria-label': '消费时间' })
    this.atField = h('label', { class: 'field', hidden: true }, h('span', {}, '消费时间（脱机时可以早于现在）'), this.at)
    this.amount = h('input', { class: 'inline-input amount', inputmode: 'decimal', 'aria-label': '金额（元）', placeholder: '金额（元）' })
    this.waiting = h('div')
    this.last = h('div')
    this.element = h('div', { class: 'gate' },
      h('div', {}, this.cards, h('section', { class: 'section' }, h('h2', {}, '这个账户最近的流水'), this.last)), this.#terminal())
    this.#show(READY)
  }

  async refresh() {
    const [{ items }, { items: waiting }] = await Promise.all([call('/sandbox/canteen/accounts'), call('/sandbox/canteen/waiting')])
    this.accounts = items
    if (!this.#chosen()) this.cardNo = items[0].cards[0].cardNo
    fill(this.cards, JSON.stringify([items, this.cardNo]), () => items.flatMap((account) => account.cards.map((card) => this.#card(account, card))))
    fill(this.waiting, JSON.stringify(waiting), () => this.#waitingLine(waiting))
    const account = this.#chosen()
    const rows = (await call(`/sandbox/canteen/rows?accountNo=${account.accountNo}`)).items.slice(0, 6)
    if (!isTyping(this.last)) fill(this.last, JSON.stringify([account.accountNo, rows]), () => rows.length ? lastRows(rows) : h('p', { class: 'empty' }, '还没有流水'))
  }

  #terminal() {
    const meal = ([text, fen]) => h('button', { class: 'button', 'data-meal': text, onclick: () => this.#pay(fen) }, `${text} ${yuan(fen)}`)
    const typed = (work) => { const fen = fenOf(this.amount.value); return Number.isNaN(fen) || fen === 0 ? toast('请填写金额，例如 12.50') : work(fen) }
    const money = (kind, title) => h('button', { class: 'button quiet', onclick: () => typed((fen) => this.#give(kind, fen)) }, title)
    return h('div', { class: 'attempt' }, this.display, this.mode, this.atField,
      h('div', { class: 'row' }, MEALS.map(meal)),
      h('div', { class: 'row' }, this.amount, h('button', { class: 'button', onclick: () => typed((fen) => this.#pay(fen)) }, '消费'),
        money('subsidy', '发补贴'), money('refund', '退餐')),
      this.waiting)
  }

  #card(account, card) {
    const [colour, word] = CARD_STATES[card.status]
    const choose = () => { this.cardNo = card.cardNo; this.#show(READY); attempt(() => this.refresh()) }
    return h('button', { class: 'device', role: 'radio', 'aria-checked': String(card.cardNo === this.cardNo), 'data-card': card.cardNo, onclick: choose },
      h('span', {}, h('b', {}, `${account.name} ${account.staffNo}`), h('small', {}, `卡 ${card.cardNo} · ${account.phone}`)),
      h('span', { class: 'meal-money' }, h('b', {}, `¥${yuan(account.balanceFen)}`), card.status === 'normal' && account.status === 'normal'
        ? h('small', {}, account.purses.subsidy ? `含补贴 ${yuan(account.purses.subsidy)}` : '')
        : h('span', { class: `pill ${card.status === 'normal' ? 'amber' : colour}` }, card.status === 'normal' ? (account.status === 'frozen' ? '账户冻结' : '已销户') : word)))
  }

  #chosen() {
    return this.accounts.find((account) => account.cards.some((card) => card.cardNo === this.cardNo))
  }

  #setOffline(offline) {
    this.offline = offline
    this.atField.hidden = !offline
    this.at.value = fieldTime(new Date())
    for (const [index, button] of [...this.mode.children].entries()) button.setAttribute('aria-checked', String((index === 1) === offline))
  }

  #pay(fen) {
    return attempt(async () => {
      const occurredAt = this.offline && this.at.value ? `${this.at.value}:00+08:00` : undefined
      const answer = await call(`/sandbox/canteen/cards/${this.cardNo}/meals`, 'POST', { amountFen: fen, offline: this.offline, occurredAt })
      const balance = answer.row ? `余额 ¥${yuan(answer.row.balanceAfterFen)}` : ''
      this.#show({ text: answer.paid ? `¥${yuan(fen)}` : '未扣款', hint: [answer.text, balance].filter(Boolean).join('，'), state: answer.paid ? 'open' : 'shut' })
      await this.refresh()
    })
  }

  #give(kind, fen) {
    return attempt(async () => {
      const row = await call(`/sandbox/canteen/accounts/${this.#chosen().accountNo}/money`, 'POST', { kind, amountFen: fen })
      this.#show({ text: `¥${yuan(fen, true)}`, hint: `${KINDS[kind]}，余额 ¥${yuan(row.balanceAfterFen)}`, state: 'open' })
      this.amount.value = ''
      await this.refresh()
    })
  }

  #waitingLine(items) {
    if (items.length === 0) return []
    const post = () => attempt(async () => { const { posted } = await call('/sandbox/canteen/waiting', 'POST'); toast(`补传了 ${posted} 条`); await this.refresh() })
    return h('div', { class: 'row' }, h('span', { class: 'pill amber' }, `脱机流水 ${items.length} 条待补传`), h('button', { class: 'button quiet small', onclick: post }, '立即补传'))
  }

  #show({ text, hint, state = '' }) {
    this.display.className = `answer pos ${state}`
    this.display.replaceChildren(h('strong', {}, text), h('p', {}, hint))
  }
}

function lastRows(rows) {
  return h('div', { class: 'table-scroll' }, h('table', {}, h('tbody', {}, rows.map((row) => h('tr', {}, h('td', {}, h('time', {}, shortTime(row.occurredAt))),
    h('td', {}, KINDS[row.kind]), h('td', { class: 'number money' }, yuan(row.amountFen, true)), h('td', { class: 'number money' }, `余额 ${yuan(row.balanceAfterFen)}`),
    h('td', {}, row.postedAt !== row.occurredAt && h('span', { class: 'pill amber' }, '补传')))))))
}
