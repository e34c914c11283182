// WeChat's side of the JS-SDK: a page in the webview shows a signature, and may then use what it has asked for. Paying
// through WeixinJSBridge needs no such signature: the payment's own is checked.

import { call, toast } from './dom.js'
import { PaySheet } from './pay.js'
import { openScanner } from './scanner.js'

const KNOWN = ['checkJsApi', 'scanQRCode', 'hideMenuItems', 'showMenuItems', 'closeWindow', 'chooseWXPay']

export class JsBridge {
  /** webview: has `screen`, `frame()` (the frame shown now or null), `holder()`, `close()`. */
  constructor(webview) {
    this.webview = webview
    this.forget()
    addEventListener('message', (event) => this.#received(event))
  }

  /** A new frame begins without rights and with the whole menu. */
  forget() {
    this.granted = new Set()
    this.hidden = new Set()
    this.paying?.close()
    this.paying = null
  }

  async #received(event) {
    const frame = this.webview.frame()
    if (!frame || event.source !== frame.contentWindow || event.data?.jweixin !== 'call') return
    const { id, api, params } = event.data
    const answer = (outcome, more = {}) =>
      event.source.postMessage({ jweixin: 'answer', id, result: { ...more, errMsg: `${api}:${outcome}` } }, event.origin)
    if (api === 'config') return answer(await this.#configure(params, event.origin))
    if (api === 'getBrandWCPayRequest') return this.#pay(params, event.origin, (result) => event.source.postMessage({ jweixin: 'answer', id, result }, event.origin))
    if (!KNOWN.includes(api)) return answer('fail, the function does not exist')
    if (!this.granted.has(api) && api !== 'closeWindow') return answer('the permission value is offline verifying')
    return this[`_${api}`](params, answer, event.origin)
  }

  /** What a page says of its own address must at least lie on its origin: a frame of another one cannot be asked. */
  async #configure({ appId, timestamp, nonceStr, signature, jsApiList, url }, origin) {
    this.granted = new Set()
    if (new URL(url).origin !== origin) return 'invalid url domain'
    const body = { appId, noncestr: nonceStr, timestamp: String(timestamp), url, signature }
    const { valid, reason } = await call('/sandbox/wechat/jssdk-check', 'POST', body)
    if (valid) this.granted = new Set(jsApiList)
    this.appId = appId
    return valid ? 'ok' : reason
  }

  /** One sheet at a time; a page that asks again while it is open gets a refusal. */
  #pay({ parameters, url }, origin, answered) {
    const failed = (reason) => answered({ err_msg: 'get_brand_wcpay_request:fail', err_desc: reason })
    if (new URL(url).origin !== origin) return failed('当前页面的URL未注册')
    if (this.paying) return failed('正在支付')
    const done = (result) => { this.paying = null; answered(result) }
    const killed = () => { this.paying = null; this.webview.close(); toast('模拟：付款后微信被系统关闭，页面没有收到结果') }
    this.paying = new PaySheet(this.webview.screen, ({ told: _, ...result }) => done(result), killed)
    this.paying.open(parameters ?? {}, url, this.webview.holder().openid).catch((error) => { this.paying = null; failed(error.message) })
  }

  /** The same sheet under the SDK's names: here the time is called `timestamp`, and the appid is the configured one. */
  _chooseWXPay({ timestamp, url, ...rest }, answer, origin) {
    const parameters = { ...rest, appId: this.appId, timeStamp: timestamp === undefined ? '' : String(timestamp) }
    this.#pay({ parameters, url }, origin, ({ err_msg: said, err_desc: reason }) => answer(said.split(':')[1], reason ? { err_desc: reason } : {}))
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
