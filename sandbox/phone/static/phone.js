// The phone: who holds it, the account's chat with its published menu, 扫一扫.

import { attempt, call, fill, h, markup, picturesOf, shortTime, toast } from './dom.js'
import { KEYBOARD, MINI, SCAN } from './icons.js'
import { MiniProgram } from './mini.js'
import { miniProgram } from './miniprogram.js'
import { yuan } from './money.js'
import { openScanner } from './scanner.js'
import { Messages } from './sms.js'
import { WebView } from './webview.js'

const CLOCK = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })

export class Phone {
  constructor(state, people) {
    this.holder = state.person
    this.people = people
    this.time = h('span')
    this.chat = h('div', { class: 'chat', 'data-testid': 'chat' })
    this.menu = h('nav', { class: 'chat-menu', 'aria-label': '公众号菜单' })
    this.writing = this.#writingBar()
    this.followButton = h('button', { class: 'follow', 'data-testid': 'follow' })
    this.followButton.addEventListener('click', () => this.#act({ action: this.follows ? 'unfollow' : 'follow' }))
    this.screen = h('div', { class: 'screen', 'data-testid': 'screen' }, this.#statusBar(), this.#chatBar(), this.chat, this.menu, this.writing)
    document.getElementById('phone').replaceChildren(this.screen)
    this.sms = new Messages(this.screen)
    this.screen.querySelector('.status-bar').insertBefore(this.sms.button, this.screen.querySelector('.status-bar i'))
    this.mini = new MiniProgram(this.screen, () => this.holder)
    this.webview = new WebView(this.screen, state.product_url, () => this.scan(), () => this.holder)
    this.#drawPeople()
    this.#acceptPictures()
  }

  setProductReady(ready) {
    this.webview.setProductReady(ready)
  }

  /** Brings holder, menu, messages up to date. */
  async refresh() {
    this.time.textContent = CLOCK.format(new Date())
    const { openid, phone } = this.holder
    const [state, published, chat] = await Promise.all([
      call('/sandbox/phone'),
      call('/sandbox/wechat/menu'),
      call(`/sandbox/wechat/chat?openid=${openid}`),
      this.sms.refresh(phone),
    ])
    if (state.person.openid !== this.holder.openid) this.#handedTo(state.person)
    this.#drawMenu(published.menu)
    if (openid === this.holder.openid) this.#drawChat(chat)
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
    this.mini.handedOver()
  }

  #statusBar() {
    return h('div', { class: 'status-bar' }, this.time, h('i', { 'aria-hidden': 'true' }))
  }

  #chatBar() {
    const scan = h('button', { class: 'icon', title: '扫一扫', 'aria-label': '扫一扫', onclick: () => this.scan() }, markup(SCAN))
    const mini = h('button', { class: 'icon', title: '小程序', 'aria-label': '小程序', onclick: () => this.mini.open() }, markup(MINI))
    return h('div', { class: 'bar' }, h('div', {}, this.followButton), h('b', {}, '东南电化'), h('div', {}, mini, scan))
  }

  #drawPeople() {
    const cards = this.people.map((person) => h('button', {
      class: 'person', role: 'radio', 'aria-checked': String(person.openid === this.holder.openid),
      'data-openid': person.openid, title: `${person.nickname}，手机号 ${person.phone}`,
      onclick: () => attempt(() => this.give(person.openid)),
    }, h('img', { src: new URL(person.avatar_url).pathname, alt: '' }), h('b', {}, person.nickname), h('small', {}, person.role_label)))
    document.getElementById('people').replaceChildren(...cards)
  }

  #drawChat({ follows, items: messages }) {
    this.follows = follows
    this.followButton.textContent = follows ? '取消关注' : '关注'
    this.followButton.classList.toggle('primary', !follows)
    if (!follows) this.#write(false)
    this.menu.hidden = !follows || !this.writing.hidden
    fill(this.chat, JSON.stringify(messages), () => messages.length
      ? messages.map((message) => this.#message(message))
      : h('p', { class: 'chat-note' }, '还没有消息，从下面的菜单进入服务'))
    if (this.chat.dataset.seen !== String(messages.length)) this.chat.scrollTop = this.chat.scrollHeight
    this.chat.dataset.seen = messages.length
  }

  #message(message) {
    if (message.from === 'payment') return this.#voucher(message)
    if (message.from !== 'template') return this.#spoken(message)
    const lines = message.lines.flatMap((line) => [h('dt', {}, line.label), h('dd', {}, line.value)])
    const more = message.url && h('button', { onclick: () => this.open(message.title, message.url) }, '详情')
    return h('article', { class: 'message', 'data-page': message.url ?? '' }, h('h3', {}, message.title), h('time', {}, shortTime(message.at)), h('dl', {}, lines), more)
  }

  /** WeChat Pay's own message; in WeChat it stands in a chat of its own. */
  #voucher(message) {
    const lines = message.lines.flatMap((line) => [h('dt', {}, line.label), h('dd', {}, line.value)])
    return h('article', { class: 'message voucher' }, h('h3', {}, `微信支付 · ${message.title}`), h('time', {}, shortTime(message.at)), h('b', {}, yuan(message.amount_fen)), h('dl', {}, lines))
  }

  #spoken({ from, text }) {
    if (from === 'note') return h('p', { class: 'chat-note' }, text)
    return h('div', { class: `bubble ${from}` }, from === 'account' ? this.#linked(text) : text)
  }

  /** A text reply as WeChat's client shows it: only `<a href="…">…</a>` is more than text. */
  #linked(text) {
    return text.split(/(<a href="[^"]*">[^<]*<\/a>)/).map((part) => {
      const [, url, title] = part.match(/^<a href="([^"]*)">([^<]*)<\/a>$/) ?? []
      return url ? h('button', { class: 'link', role: 'link', onclick: () => this.open(title, url) }, title) : document.createTextNode(part)
    })
  }

  /** The text box behind the keyboard button. */
  #writingBar() {
    const box = h('input', { 'aria-label': '发消息', maxlength: '600', enterkeyhint: 'send', autocomplete: 'off' })
    const send = async (event) => {
      event.preventDefault()
      const text = box.value.trim()
      if (!text) return
      box.value = ''
      await this.#act({ action: 'say', text })
    }
    return h('form', { class: 'writing', hidden: true, onsubmit: send },
      h('button', { type: 'button', class: 'icon', 'aria-label': '回到菜单', onclick: () => this.#write(false) }, markup(KEYBOARD)),
      box, h('button', { class: 'send' }, '发送'))
  }

  #write(open) {
    this.writing.hidden = !open
    this.menu.hidden = open || this.follows === false
    if (open) this.writing.querySelector('input').focus()
  }

  #act(what) {
    const { openid } = this.holder
    return attempt(async () => {
      const chat = await call('/sandbox/wechat/chat', 'POST', { openid, ...what })
      if (openid === this.holder.openid) this.#drawChat(chat)
    })
  }

  #drawMenu(menu) {
    fill(this.menu, JSON.stringify(menu) ?? 'none', () => menu
      ? [h('button', { class: 'icon', 'aria-label': '发消息', onclick: () => this.#write(true) }, markup(KEYBOARD)), ...menu.button.map((button) => this.#menuButton(button))]
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
    if (button.type === 'view') return this.open(button.name, button.url)
    if (button.type === 'miniprogram') return this.#openMiniProgram(button)
    return this.#act({ action: 'press', key: button.key ?? '' })
  }

  #openMiniProgram(button) {
    const close = () => screen.remove()
    const screen = miniProgram(button, close, () => { close(); this.mini.open() }, () => { close(); this.open(button.name, button.url) })
    this.screen.append(screen)
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

