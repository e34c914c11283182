// The phone: who holds it, the account's chat with its published menu, 扫一扫.

import { attempt, call, fill, h, markup, picturesOf, shortTime, toast } from './dom.js'
import { KEYBOARD, SCAN } from './icons.js'
import { openScanner } from './scanner.js'
import { WebView } from './webview.js'

const CLOCK = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })

export class Phone {
  constructor(state, people) {
    this.holder = state.person
    this.people = people
    this.time = h('span')
    this.chat = h('div', { class: 'chat' })
    this.menu = h('nav', { class: 'chat-menu', 'aria-label': '公众号菜单' })
    this.screen = h('div', { class: 'screen', 'data-testid': 'screen' }, this.#statusBar(), this.#chatBar(), this.chat, this.menu)
    document.getElementById('phone').replaceChildren(this.screen)
    this.webview = new WebView(this.screen, state.product_url, () => this.scan())
    this.#drawPeople()
    this.#acceptPictures()
  }

  setProductReady(ready) {
    this.webview.setProductReady(ready)
  }

  /** Brings holder, menu, messages up to date. */
  async refresh() {
    this.time.textContent = CLOCK.format(new Date())
    const [state, published, messages] = await Promise.all([
      call('/sandbox/phone'),
      call('/sandbox/wechat/menu'),
      call(`/sandbox/wechat/messages?openid=${this.holder.openid}`),
    ])
    if (state.person.openid !== this.holder.openid) this.#handedTo(state.person)
    this.#drawMenu(published.menu)
    this.#drawMessages(messages.items)
  }

  /** Hands the phone to somebody: the server swaps the cookies, the open page is loaded again. */
  async give(openid) {
    if (openid === this.holder.openid) return
    const { person } = await call('/sandbox/phone/person', 'POST', { openid })
    this.#handedTo(person)
    await this.refresh()
  }

  open(title, url) {
    this.webview.open(title, url)
  }

  scan() {
    openScanner(this.screen, (text) => this.#scanned(text))
  }

  #handedTo(person) {
    this.holder = person
    this.#drawPeople()
    this.webview.reload()
  }

  #statusBar() {
    return h('div', { class: 'status-bar', 'aria-hidden': 'true' }, this.time, h('i'))
  }

  #chatBar() {
    const scan = h('button', { class: 'icon', title: '扫一扫', 'aria-label': '扫一扫', onclick: () => this.scan() }, markup(SCAN))
    return h('div', { class: 'bar' }, h('div'), h('b', {}, '东南电化'), h('div', {}, scan))
  }

  #drawPeople() {
    const cards = this.people.map((person) => h('button', {
      class: 'person', role: 'radio', 'aria-checked': String(person.openid === this.holder.openid),
      'data-openid': person.openid, title: `${person.nickname}，手机号 ${person.phone}`,
      onclick: () => attempt(() => this.give(person.openid)),
    }, h('img', { src: new URL(person.avatar_url).pathname, alt: '' }), h('b', {}, person.nickname), h('small', {}, person.role_label)))
    document.getElementById('people').replaceChildren(...cards)
  }

  #drawMessages(messages) {
    fill(this.chat, JSON.stringify(messages), () => messages.length
      ? messages.map((message) => this.#message(message))
      : h('p', { class: 'chat-note' }, '还没有消息，从下面的菜单进入服务'))
    if (this.chat.dataset.seen !== String(messages.length)) this.chat.scrollTop = this.chat.scrollHeight
    this.chat.dataset.seen = messages.length
  }

  #message(message) {
    const lines = message.lines.flatMap((line) => [h('dt', {}, line.label), h('dd', {}, line.value)])
    const more = message.url && h('button', { onclick: () => this.open(message.title, message.url) }, '详情')
    return h('article', { class: 'message' }, h('h3', {}, message.title), h('time', {}, shortTime(message.at)), h('dl', {}, lines), more)
  }

  #drawMenu(menu) {
    fill(this.menu, JSON.stringify(menu) ?? 'none', () => menu
      ? [h('span', {}, markup(KEYBOARD)), ...menu.button.map((button) => this.#menuButton(button))]
      : h('p', { class: 'no-menu' }, '公众号还没有发布菜单'))
  }

  #menuButton(button) {
    const holder = h('div')
    const press = button.sub_button?.length ? () => this.#toggleSubMenu(holder, button) : () => this.#press(button)
    holder.append(h('button', { onclick: press }, button.name))
    return holder
  }

  #toggleSubMenu(holder, button) {
    const open = holder.querySelector('.sub-menu')
    for (const other of this.menu.querySelectorAll('.sub-menu')) other.remove()
    if (open) return
    holder.append(h('div', { class: 'sub-menu' }, button.sub_button.map((child) =>
      h('button', { onclick: () => { holder.querySelector('.sub-menu').remove(); this.#press(child) } }, child.name))))
  }

  #press(button) {
    if (button.type === 'view' || button.type === 'miniprogram') return this.open(button.name, button.url)
    return attempt(async () => {
      const fields = { MsgType: 'event', Event: 'CLICK', EventKey: button.key ?? '' }
      const { attempts } = await call('/sandbox/wechat/callback/send', 'POST', { openid: this.holder.openid, fields })
      if (!attempts.at(-1)?.is_answered && attempts.at(-1)?.status !== 200) toast('该公众号提供的服务出现故障，请稍后再试')
    })
  }

  #scanned(text) {
    if (/^https?:\/\//.test(text)) return this.open('扫一扫', text)
    return toast(`扫到的内容：${text}`)
  }

  /** A picture pasted anywhere, or dropped on the phone, is scanned. */
  #acceptPictures() {
    const take = (pictures) => pictures[0] && attempt(async () => this.#scanned((await call('/sandbox/phone/scan', 'POST', pictures[0])).text))
    document.addEventListener('paste', (event) => {
      if (event.target.closest?.('input, textarea, [data-own-paste]')) return
      take(picturesOf(event.clipboardData))
    })
    this.screen.addEventListener('dragover', (event) => event.preventDefault())
    this.screen.addEventListener('drop', (event) => { event.preventDefault(); take(picturesOf(event.dataTransfer)) })
  }
}

