// WeChat's side of the JS-SDK: a page in the webview shows a signature, and may then use what it has asked for.

import { call } from './dom.js'
import { openScanner } from './scanner.js'

const KNOWN = ['checkJsApi', 'scanQRCode', 'hideMenuItems', 'showMenuItems', 'closeWindow']

export class JsBridge {
  /** webview: has `screen`, `frame()` (the frame shown now or null), `close()`. */
  constructor(webview) {
    this.webview = webview
    this.forget()
    addEventListener('message', (event) => this.#received(event))
  }

  /** A new frame begins without rights and with the whole menu. */
  forget() {
    this.granted = new Set()
    this.hidden = new Set()
  }

  async #received(event) {
    const frame = this.webview.frame()
    if (!frame || event.source !== frame.contentWindow || event.data?.jweixin !== 'call') return
    const { id, api, params } = event.data
    const answer = (outcome, more = {}) =>
      event.source.postMessage({ jweixin: 'answer', id, result: { ...more, errMsg: `${api}:${outcome}` } }, event.origin)
    if (api === 'config') return answer(await this.#configure(params, event.origin))
    if (!KNOWN.includes(api)) return answer('fail, the function does not exist')
    if (!this.granted.has(api) && api !== 'closeWindow') return answer('the permission value is offline verifying')
    return this[`_${api}`](params, answer)
  }

  /** What a page says of its own address must at least lie on its origin: a frame of another one cannot be asked. */
  async #configure({ appId, timestamp, nonceStr, signature, jsApiList, url }, origin) {
    this.granted = new Set()
    if (new URL(url).origin !== origin) return 'invalid url domain'
    const body = { appId, noncestr: nonceStr, timestamp: String(timestamp), url, signature }
    const { valid, reason } = await call('/sandbox/wechat/jssdk-check', 'POST', body)
    if (valid) this.granted = new Set(jsApiList)
    return valid ? 'ok' : reason
  }

  _checkJsApi({ jsApiList }, answer) {
    answer('ok', { checkResult: Object.fromEntries(jsApiList.map((api) => [api, KNOWN.includes(api)])) })
  }

  _scanQRCode(_params, answer) {
    openScanner(this.webview.screen, (text) => answer('ok', { resultStr: text }), () => answer('cancel'))
  }

  _hideMenuItems({ menuList }, answer) {
    for (const item of menuList) this.hidden.add(item)
    answer('ok')
  }

  _showMenuItems({ menuList }, answer) {
    for (const item of menuList) this.hidden.delete(item)
    answer('ok')
  }

  _closeWindow(_params, answer) {
    answer('ok')
    this.webview.close()
  }
}
