// The call log of one system, newest first, without secrets.

import { attempt, call, clockTime, fill, h } from './dom.js'

export class CallLog {
  constructor(system) {
    this.system = system
    this.rows = h('div')
    const clear = () => attempt(async () => { await call(`/sandbox/${system}/calls`, 'DELETE'); await this.refresh() })
    this.element = h('div', {}, h('div', { class: 'section-head' }, h('p', { class: 'lead', style: 'flex:1;margin:0' }, '收到的每一次调用，最新的在上面'),
      h('button', { class: 'button quiet small', onclick: clear }, '清空')), this.rows)
  }

  async refresh() {
    const { items } = await call(`/sandbox/${this.system}/calls`)
    fill(this.rows, items[0]?.id ?? 'none', () => items.length ? this.#table(items) : h('p', { class: 'empty' }, '还没有调用'))
  }

  #table(items) {
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['时间', '调用', '结果', '说明', '耗时'].map((text) => h('th', {}, text)))),
      h('tbody', {}, items.map((item) => this.#row(item)))))
  }

  #row(item) {
    const good = [200, 201, 204].includes(item.status) && ['0', '', 'OK'].includes(item.code)
    const result = item.status === 0 ? '无回答' : good ? '成功' : item.status === 200 ? item.code : `HTTP ${item.status}`
    const notes = [item.message === 'success' || item.message === 'ok' ? '' : item.message, ...item.faults.map((kind) => `故障 ${kind}`)]
    return h('tr', { class: good ? null : 'bad' },
      h('td', {}, h('time', {}, clockTime(item.at))), h('td', { class: 'mono' }, `${item.method} ${item.path}`),
      h('td', {}, h('span', { class: `pill ${good ? 'green' : 'red'}` }, result)),
      h('td', {}, notes.filter(Boolean).join(' · ')), h('td', { class: 'number nowrap' }, `${item.milliseconds} ms`))
  }
}
