// WeChat's in-app browser: title bar, close, back, more; the page itself is framed.
//
// The frame's history is part of this page's history. A guard entry is pushed when the webview opens: stepping back
// past the first page of the frame pops the guard, and that closes the webview, as in WeChat.

import { call, h, markup, toast } from './dom.js'
import { BACK, CLOSE, MORE, OFFLINE } from './icons.js'
import { JsBridge } from './jsbridge.js'

/** The title of a page of this server (the consent page); the product's pages are another origin and keep their entry's name. */
function ownTitle(frame) {
  try {
    return frame.contentDocument?.title || null
  } catch {
    return null
  }
}

export class WebView {
  #guard = Date.now()

  constructor(screen, productUrl, scan, holder) {
    this.screen = screen
    this.productUrl = productUrl
    this.scan = scan
    this.holder = holder
    this.productReady = true
    this.page = null
    this.bridge = new JsBridge(this)
    addEventListener('popstate', (event) => {
      if (this.page && event.state?.webview !== this.#guard) this.close()
    })
  }

  /** The frame that is shown, if any. */
  frame() {
    return this.element?.querySelector('iframe') ?? null
  }

  /** Opens a page under a title. */
  open(title, url) {
    this.close()
    this.page = { title, url }
    this.#draw()
  }

  /** Loads the entry page again: somebody else may hold the phone now. */
  reload() {
    if (this.page) this.#draw()
  }

  close() {
    this.page = null
    this.bridge.forget()
    this.element?.remove()
    this.element = null
  }

  /** The product appeared or went away; a waiting page is loaded by itself. */
  setProductReady(ready) {
    const changed = ready !== this.productReady
    this.productReady = ready
    if (changed && ready && this.page && !this.element?.querySelector('iframe')) this.#draw()
  }

  /** A new frame starts a new history: steps of a frame that is gone lead nowhere. */
  #draw() {
    this.element?.remove()
    this.#guard += 1
    this.bridge.forget()
    history.pushState({ webview: this.#guard }, '')
    this.progress = h('div', { class: 'progress loading' })
    this.element = h('div', { class: 'webview' }, this.#bar(), this.progress)
    const reachable = this.productReady || !this.page.url.startsWith(this.productUrl)
    this.element.append(reachable ? this.#frame() : this.#offline())
    this.screen.append(this.element)
    this.#offerFullService()
  }

  #frame() {
    const frame = h('iframe', { src: this.page.url, title: this.page.title, allow: 'clipboard-write; fullscreen' })
    frame.addEventListener('load', () => {
      this.progress.classList.remove('loading')
      this.title.textContent = ownTitle(frame) ?? this.page?.title ?? ''
    })
    return frame
  }

  #bar() {
    const button = (icon, label, press) => h('button', { class: 'icon', title: label, 'aria-label': label, onclick: press }, markup(icon))
    return h('div', { class: 'bar' },
      h('div', {}, button(CLOSE, '关闭', () => this.close()), button(BACK, '返回', () => history.back())),
      this.title = h('b', {}, this.page.title),
      h('div', {}, button(MORE, '更多', () => this.#more())))
  }

  #more() {
    const close = () => ground.remove()
    const entry = (text, action) => h('button', { onclick: () => { close(); action() } }, text)
    const { hidden } = this.bridge
    const unless = (item, text, action) => (hidden.has(item) ? null : entry(text, action))
    const share = (where) => () => toast(`模拟：链接已${where}`)
    const copy = () => navigator.clipboard.writeText(this.page.url).then(() => toast('已复制链接'))
    const ground = h('div', { class: 'sheet-ground', onclick: (event) => event.target === ground && close() },
      h('div', { class: 'sheet', role: 'dialog', 'aria-label': '更多' },
        h('div', { class: 'sheet-list' },
          entry('刷新', () => this.reload()),
          entry('扫一扫', () => this.scan()),
          unless('menuItem:share:appMessage', '发送给朋友', share('发给朋友')),
          unless('menuItem:share:timeline', '分享到朋友圈', share('发到朋友圈')),
          unless('menuItem:favorite', '收藏', share('收藏')),
          unless('menuItem:copyUrl', '复制链接', copy),
          unless('menuItem:openWithSafari', '在电脑浏览器打开', () => window.open(this.page.url, '_blank', 'noopener'))),
        h('div', { class: 'sheet-list' }, entry('取消', () => null))))
    this.screen.append(ground)
  }

  #offline() {
    this.progress.classList.remove('loading')
    return h('div', { class: 'offline' }, markup(OFFLINE), h('h2', {}, '网页无法打开'),
      h('p', {}, '产品还没有启动，或正在重新部署。'), h('p', {}, '在项目目录运行 make run，就绪后这里会自动打开。'),
      h('small', {}, this.page.url), h('button', { class: 'button quiet', onclick: () => this.reload() }, '再试一次'))
  }

  /** A snapshot page shows WeChat's bar that leads to the consent box. */
  async #offerFullService() {
    const knobs = await call('/sandbox/wechat/knobs').catch(() => ({}))
    if (!knobs.snapshot_user || !this.element) return
    const leave = async () => {
      await call('/sandbox/wechat/knobs', 'PATCH', { snapshot_user: false })
      this.reload()
    }
    this.element.append(h('div', { class: 'full-service' }, '当前为网页快照，部分功能不可用',
      h('button', { class: 'button small', onclick: leave }, '使用完整服务')))
  }
}
