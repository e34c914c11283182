// Faults of one system: what is switched on, and a form for more.

import { attempt, call, fill, h } from './dom.js'

const KINDS = {
  down: '停机：不接受连接', delay: '延迟回答', lost_answer: '已执行，但回答丢失', http_502: '502 网关错误',
  error_code: '返回错误码', not_json: '返回的不是 JSON', data_null: '已执行，但 data 为空',
}

export class FaultPanel {
  constructor(system, paths, exampleCode) {
    this.system = system
    this.list = h('div')
    this.kind = h('select', { onchange: () => this.#fit() }, Object.entries(KINDS).map(([kind, text]) => h('option', { value: kind }, text)))
    for (const [index, kind] of Object.keys(KINDS).entries()) this.kind.options[index].value = kind
    this.path = h('select', {}, Object.entries(paths).map(([path, text]) => h('option', { value: path }, text)))
    for (const [index, path] of Object.keys(paths).entries()) this.path.options[index].value = path
    this.extra = h('input', {})
    this.extraField = h('label', { class: 'field' }, h('span'), this.extra)
    this.times = h('input', { type: 'number', min: '1', placeholder: '直到关闭' })
    this.exampleCode = exampleCode
    this.element = h('div', {}, this.#form(), this.list)
    this.#fit()
  }

  async refresh() {
    const { items } = await call(`/sandbox/${this.system}/faults`)
    fill(this.list, JSON.stringify(items), () => items.length ? this.#table(items) : h('p', { class: 'empty' }, '没有打开的故障，一切正常'))
  }

  #form() {
    const field = (text, control) => h('label', { class: 'field' }, h('span', {}, text), control)
    const form = h('form', { class: 'fault-form', onsubmit: (event) => { event.preventDefault(); attempt(() => this.#add()) } },
      field('故障', this.kind), field('哪些调用', this.path), this.extraField, field('次数', this.times),
      h('button', { class: 'button' }, '打开故障'))
    return h('div', { style: 'margin-bottom:18px' }, form)
  }

  #fit() {
    const needs = { delay: ['延迟秒数', '5'], error_code: ['错误码', this.exampleCode] }[this.kind.value]
    this.extraField.style.visibility = needs ? '' : 'hidden'
    if (!needs) return
    this.extraField.firstChild.textContent = needs[0]
    this.extra.value = needs[1]
  }

  async #add() {
    const fault = { path: this.path.value, kind: this.kind.value }
    if (fault.kind === 'delay') fault.seconds = Number(this.extra.value)
    if (fault.kind === 'error_code') fault.code = this.extra.value
    if (this.times.value) fault.times = Number(this.times.value)
    await call(`/sandbox/${this.system}/faults`, 'POST', fault)
    await this.refresh()
  }

  #table(items) {
    const remove = (path) => attempt(async () => { await call(path, 'DELETE'); await this.refresh() })
    const base = `/sandbox/${this.system}/faults`
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['故障', '哪些调用', '参数', '还剩次数', ''].map((text) => h('th', {}, text)))),
      h('tbody', {}, items.map((fault) => h('tr', {},
        h('td', {}, h('span', { class: 'pill red' }, KINDS[fault.kind])), h('td', { class: 'mono' }, fault.path === '*' ? '全部' : fault.path),
        h('td', {}, fault.kind === 'delay' ? `${fault.seconds} 秒` : fault.code ?? ''), h('td', {}, fault.times ?? '直到关闭'),
        h('td', {}, h('button', { class: 'button danger small', onclick: () => remove(`${base}/${fault.id}`) }, '关闭')))))),
      h('div', { class: 'row', style: 'margin-top:12px' }, h('button', { class: 'button quiet small', onclick: () => remove(base) }, '全部关闭')))
  }
}
