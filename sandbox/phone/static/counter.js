// The canteen's counter: freezes and closes accounts, changes phones, blocks and gives back cards.

import { attempt, call, fill, h, isTyping } from './dom.js'
import { ACCOUNT_STATES, CARD_STATES, yuan } from './purse.js'

export class CounterPanel {
  constructor() {
    this.rows = h('div')
    this.element = h('div', {}, h('p', { class: 'lead' }, '柜台能做的事：账户状态、预留手机、卡状态。产品挂失的卡在这里也会变成“已挂失”。'), this.rows)
  }

  async refresh() {
    if (isTyping(this.rows)) return
    const { items } = await call('/sandbox/canteen/accounts')
    fill(this.rows, JSON.stringify(items), () => this.#table(items))
  }

  #table(items) {
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['姓名', '账户', '预留手机', '现金（元）', '补贴（元）', '账户状态', '卡'].map((text) => h('th', {}, text)))),
      h('tbody', {}, items.map((account) => this.#row(account)))))
  }

  #row(account) {
    const change = (path, body) => attempt(async () => {
      await call(path, 'PATCH', body)
      document.activeElement?.blur()
      await this.refresh()
    })
    const base = `/sandbox/canteen/accounts/${account.accountNo}`
    const phone = h('input', { class: 'inline-input tel', inputmode: 'tel', 'aria-label': `${account.name}的预留手机`, value: account.phone, onchange: (event) => change(base, { phone: event.target.value.trim() }) })
    return h('tr', { 'data-account': account.accountNo }, h('td', { class: 'nowrap' }, h('b', {}, account.name), h('small', { class: 'block' }, account.staffNo)),
      h('td', { class: 'number' }, account.accountNo), h('td', {}, phone),
      h('td', { class: 'number money' }, yuan(account.purses.cash)), h('td', { class: 'number money' }, yuan(account.purses.subsidy)),
      h('td', {}, choice(`${account.name}的账户状态`, ACCOUNT_STATES, account.status, (status) => change(base, { status }))),
      h('td', {}, account.cards.map((card) => h('span', { class: 'card-line' }, h('span', { class: 'mono' }, card.cardNo),
        choice(`卡 ${card.cardNo}`, CARD_STATES, card.status, (status) => change(`/sandbox/canteen/cards/${card.cardNo}`, { status }))))))
  }
}

function choice(label, words, value, choose) {
  const select = h('select', { class: `inline-input state ${words[value][0]}`, 'aria-label': label, onchange: () => choose(select.value) },
    Object.entries(words).map(([key, [, text]]) => { const option = h('option', {}, text); option.value = key; return option }))
  select.value = value
  return select
}
