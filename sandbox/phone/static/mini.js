// A mini program on the phone: signs in by itself, then shows the person's visits. It stands for the customer's own one,
// and does what that must do: wx.login → /api/mini-program/sign-in → bearer token, signing in again when the token ends.

import { call, h, markup, shortTime } from './dom.js'
import { CLOSE, REFRESH } from './icons.js'

const STAGES = {
  awaiting_approval: ['待审批', 'amber'], awaiting_gate: ['等待下发', 'amber'], awaiting_park: ['等待园区', 'amber'], ready: ['可通行', 'green'],
  gate_failed: ['下发失败', 'red'], park_rejected: ['园区拒绝', 'red'], park_failed: ['报送失败', 'red'], refused: ['已拒绝', 'red'],
}
const ENDED = { cancelled: '已取消', expired: '已过期', ended: '已结束' }

/** What the product answered when it was not what the page needs. */
class Refusal extends Error {
  constructor({ status, body }) {
    super(body?.message ?? (status ? '产品暂时无法处理，请稍后再试。' : '网络不通，产品没有回答，请稍后再试。'))
    this.status = status
  }
}

export class MiniProgram {
  /** Tokens by person, as each phone's own storage would keep them. */
  #tokens = new Map()
  #element = null
  #round = 0

  constructor(screen, holder) {
    this.screen = screen
    this.holder = holder
  }

  open() {
    this.close()
    const button = (icon, label, press) => h('button', { class: 'icon', title: label, 'aria-label': label, onclick: press }, markup(icon))
    this.body = h('div', { class: 'mini-body', 'data-testid': 'mini-body' })
    this.#element = h('div', { class: 'webview mini', 'data-testid': 'mini-program' },
      h('div', { class: 'bar' }, h('div'), h('b', {}, '东南电化小程序'),
        h('div', {}, button(REFRESH, '刷新', () => this.#show()), button(CLOSE, '关闭小程序', () => this.close()))),
      this.body)
    this.screen.append(this.#element)
    this.#show()
  }

  close() {
    this.#element?.remove()
    this.#element = null
    this.#round += 1
  }

  /** Somebody else holds the phone: their mini program, not mine. */
  handedOver() {
    if (this.#element) this.open()
  }

  async #show() {
    const mine = ++this.#round
    this.body.replaceChildren(h('p', { class: 'mini-note' }, '正在登录…'))
    const shown = await this.#page().catch((error) => this.#failure(error))
    if (mine === this.#round) this.body.replaceChildren(...[shown].flat())
  }

  async #page() {
    const [{ user }, { items }] = await Promise.all([this.#ask('/api/session'), this.#ask('/api/visitor/visits')])
    return [
      h('div', { class: 'mini-user' }, h('b', { 'data-testid': 'mini-user', 'data-user': user.id }, user.nickname || '微信用户'), h('small', {}, '已用微信登录')),
      h('h3', {}, '我的预约'),
      ...(items.length ? items.map((visit) => this.#card(visit)) : [h('p', { class: 'mini-note' }, '还没有预约。在公众号里提交的预约也会显示在这里。')]),
    ]
  }

  #card(visit) {
    const [word, colour] = STAGES[visit.stage] ?? [ENDED[visit.stage] ?? visit.stage, 'grey']
    return h('article', { class: 'mini-card', 'data-visit': visit.id },
      h('div', {}, h('b', {}, visit.visitor.name), h('span', { class: `pill ${colour}` }, word)),
      h('small', {}, `${shortTime(visit.starts_at)} 至 ${shortTime(visit.ends_at)}`),
      h('small', {}, `被访人：${visit.host.name}`))
  }

  #failure(error) {
    return h('div', { class: 'mini-note', role: 'alert', 'data-testid': 'mini-problem' }, h('p', {}, error.message),
      h('button', { class: 'button quiet', onclick: () => this.#show() }, '重试'))
  }

  /** A request with the token; one that has ended is replaced once. */
  async #ask(path) {
    const first = await this.#request(path, await this.#token())
    if (first.status !== 401) return this.#content(first)
    this.#tokens.delete(this.holder().openid)
    return this.#content(await this.#request(path, await this.#token()))
  }

  /** One sign-in at a time: several requests wait for the same one. */
  #token() {
    const { openid } = this.holder()
    if (!this.#tokens.has(openid)) {
      const signing = this.#signIn(openid)
      signing.catch(() => this.#tokens.delete(openid))
      this.#tokens.set(openid, signing)
    }
    return this.#tokens.get(openid)
  }

  async #signIn(openid) {
    const { code } = await call('/sandbox/phone/mini-program/login', 'POST', { openid })
    const info = await call('/sandbox/phone/mini-program/user-info', 'POST', { openid })
    const user_info = { raw_data: info.rawData, signature: info.signature, encrypted_data: info.encryptedData, iv: info.iv }
    const body = { method: 'POST', path: '/api/mini-program/sign-in', body: { code, user_info } }
    return this.#content(await call('/sandbox/phone/mini-program/request', 'POST', body)).token
  }

  #request(path, token) {
    return call('/sandbox/phone/mini-program/request', 'POST', { method: 'GET', path, token })
  }

  #content(answer) {
    if (answer.status < 200 || answer.status > 299) throw new Refusal(answer)
    return answer.body
  }
}
