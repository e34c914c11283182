// Short messages on the phone: a banner when one arrives, whatever is open; a list behind the envelope.

import { attempt, call, fill, h, markup, shortTime, toast } from './dom.js'
import { ENVELOPE } from './icons.js'

const BANNER_MS = 12000

export class Messages {
  constructor(screen) {
    this.screen = screen
    this.seen = undefined
    this.items = []
    this.button = h('button', { class: 'icon', title: '短信', 'aria-label': '短信', onclick: () => this.#open() }, markup(ENVELOPE))
    this.banner = h('button', { class: 'sms-banner', 'data-testid': 'sms-banner', hidden: true, onclick: () => this.#dismiss(true) })
    this.list = h('div', { class: 'sms-list', 'data-testid': 'sms-list' })
    screen.append(this.banner)
  }

  /** What the holder's phone got; another holder's messages never make a banner here. */
  async refresh(phone) {
    const { items } = await call(`/sandbox/sms/messages?phone=${phone}`)
    const arrived = items.filter((message) => message.delivered)
    const known = this.phone === phone ? this.seen : undefined
    const fresh = known ? arrived.filter((message) => !known.has(message.id)) : []
    Object.assign(this, { phone, items: arrived, seen: new Set(arrived.map((message) => message.id)) })
    if (!known) this.#dismiss(false)
    if (fresh.length) this.#announce(fresh[0])
    this.#draw()
  }

  #announce(message) {
    clearTimeout(this.timer)
    this.banner.replaceChildren(h('b', {}, '短信'), h('span', {}, message.text))
    this.banner.hidden = false
    this.timer = setTimeout(() => this.#dismiss(false), BANNER_MS)
  }

  #dismiss(open) {
    clearTimeout(this.timer)
    this.banner.hidden = true
    if (open) this.#open()
  }

  #open() {
    const close = () => ground.remove()
    const ground = h('div', { class: 'sheet-ground', onclick: (event) => event.target === ground && close() },
      h('div', { class: 'sheet', role: 'dialog', 'aria-label': '短信' }, h('h2', {}, '短信'), this.list,
        h('div', { class: 'sheet-list' }, h('button', { onclick: close }, '关闭'))))
    this.#dismiss(false)
    this.#draw()
    this.screen.append(ground)
  }

  #draw() {
    fill(this.list, JSON.stringify(this.items), () => this.items.length
      ? this.items.map((message) => this.#message(message))
      : h('p', { class: 'chat-note' }, '这个号码还没有收到短信'))
  }

  #message({ text, at, parameters }) {
    const copy = () => attempt(async () => { await navigator.clipboard.writeText(parameters[0]); toast('已复制验证码') })
    return h('article', { class: 'sms' }, h('time', {}, shortTime(at)), h('p', {}, text), h('button', { class: 'button quiet small', onclick: copy }, '复制验证码'))
  }
}
