// WeChat's pay sheet over the page: what to pay to whom, how, the password, and what came of it.

import { call, h, markup } from './dom.js'
import { CLOSE, FINGER } from './icons.js'
import { yuan } from './money.js'

const METHODS = { balance: '零钱', card: '招商银行储蓄卡(8888)' }
const DIGITS = 6
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', '⌫']

export class PaySheet {
  /** done({err_msg, err_desc?}) is called once, unless WeChat is killed: then `killed`. */
  constructor(screen, done, killed) {
    this.screen = screen
    this.done = done
    this.killed = killed
    this.method = 'balance'
  }

  /** Asks WeChat about the page's request and shows the sheet, or why there is none. */
  async open(parameters, url, openid) {
    const opened = await call('/sandbox/wechat_pay/cashier', 'POST', { parameters, url, openid })
    if (this.closed) return
    if (opened.refused) return this.#tell(opened.refused, opened.result)
    this.sheet = opened
    this.#show(this.#summary())
  }

  /** The page is gone: nobody waits for an answer. */
  close() {
    this.closed = true
    this.ground?.remove()
  }

  #answer(result) {
    if (this.closed) return
    this.close()
    this.done(result)
  }

  #show(content, label = '微信支付') {
    this.ground?.remove()
    this.ground = h('div', { class: 'sheet-ground pay-ground', 'data-testid': 'pay-sheet' }, h('div', { class: 'pay-sheet', role: 'dialog', 'aria-label': label }, content))
    this.screen.append(this.ground)
  }

  #head(text, leave) {
    return h('div', { class: 'pay-head' }, h('button', { class: 'icon', 'aria-label': '关闭支付', onclick: leave }, markup(CLOSE)), h('span', {}, text))
  }

  #amount() {
    return [h('p', { class: 'pay-merchant' }, this.sheet.merchant), h('p', { class: 'pay-amount', 'data-testid': 'pay-amount' }, yuan(this.sheet.amount_fen))]
  }

  #summary() {
    const choice = (method, text) => h('label', { class: 'pay-method' }, h('span', {}, text),
      h('input', { type: 'radio', name: 'pay-method', value: method, checked: method === this.method, onchange: () => { this.method = method } }))
    return [this.#head('', () => this.#finish('cancel')), ...this.#amount(),
      h('div', { class: 'pay-line' }, h('span', {}, '商品'), h('span', {}, this.sheet.description)),
      h('fieldset', { class: 'pay-methods' }, h('legend', {}, '付款方式'), Object.entries(METHODS).map(([method, text]) => choice(method, text))),
      h('button', { class: 'pay-button', onclick: () => this.#show(this.#password(), '请输入支付密码') }, '确认支付')]
  }

  /** Any six digits are right: nobody's real password belongs in here. */
  #password() {
    const dots = Array.from({ length: DIGITS }, () => h('i'))
    let count = 0
    const set = (next) => {
      count = Math.max(0, Math.min(DIGITS, next))
      dots.forEach((dot, index) => dot.classList.toggle('filled', index < count))
      if (count === DIGITS) this.#finish('ok')
    }
    const key = (text) => text
      ? h('button', { 'aria-label': text === '⌫' ? '删除' : text, onclick: () => count < DIGITS && set(count + (text === '⌫' ? -1 : 1)) }, text)
      : h('span')
    return [this.#head('请输入支付密码', () => this.#finish('cancel')), ...this.#amount(),
      h('div', { class: 'pay-line' }, h('span', {}, '付款方式'), h('span', {}, METHODS[this.method])),
      h('div', { class: 'pay-dots', 'aria-label': '支付密码，任意六位数字' }, dots),
      h('button', { class: 'pay-finger', onclick: (event) => { event.target.closest('button').disabled = true; this.#finish('ok') } }, markup(FINGER), '使用指纹'),
      h('div', { class: 'pay-keys' }, KEYS.map(key))]
  }

  async #finish(outcome) {
    if (this.finishing) return
    this.finishing = true
    const result = await call(`/sandbox/wechat_pay/cashier/${this.sheet.id}`, 'POST', { outcome, method: this.method })
      .catch(() => ({ err_msg: 'get_brand_wcpay_request:fail', err_desc: '网络异常，请稍后查看支付结果', told: true }))
    if (this.closed) return
    if (result.refused) return this.#tell(result.refused, result.result)
    if (result.told === false) return this.#kill()
    if (result.err_desc) return this.#tell(result.err_desc, result)
    if (result.err_msg.endsWith(':ok')) return this.#paid(result)
    this.#answer(result)
  }

  #kill() {
    this.close()
    this.killed()
  }

  #paid(result) {
    this.#show([h('p', { class: 'pay-done' }, '支付成功'), ...this.#amount(),
      h('div', { class: 'pay-line' }, h('span', {}, '付款方式'), h('span', {}, METHODS[this.method])),
      h('button', { class: 'pay-button outlined', onclick: () => this.#answer(result) }, '完成')], '支付成功')
  }

  #tell(text, result) {
    this.ground?.remove()
    this.ground = h('div', { class: 'sheet-ground pay-alert-ground' }, h('div', { class: 'pay-alert', role: 'alertdialog', 'aria-label': '微信支付' },
      h('p', {}, text), h('button', { onclick: () => this.#answer(result) }, '确定')))
    this.screen.append(this.ground)
  }
}
