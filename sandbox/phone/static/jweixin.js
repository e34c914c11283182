// What https://res.wx.qq.com/open/js/jweixin-1.6.0.js is to a page: `wx`. A classic script, as there. The phone's webview
// (jsbridge.js) is WeChat's side: it checks the signature and lets the page use only what it has asked for. Outside the
// phone nothing ever answers, as outside WeChat.

(function () {
  const phone = new URL(document.currentScript.src).origin
  const inPhone = window.parent !== window
  const waiting = new Map()
  let serial = 0
  let state = 'new' // new → asked → ready | failed
  let refusal = null
  let onReady = []
  let onError = null

  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== phone || event.data?.jweixin !== 'answer') return
    waiting.get(event.data.id)?.(event.data.result)
    waiting.delete(event.data.id)
  })

  function ask(api, params, answered) {
    if (!inPhone) return
    const id = ++serial
    waiting.set(id, answered)
    window.parent.postMessage({ jweixin: 'call', id, api, params }, phone)
  }

  function invoke(api, options) {
    const { success, fail, cancel, complete, ...params } = options ?? {}
    ask(api, params, (result) => {
      const outcome = result.errMsg.slice(api.length + 1)
      if (outcome === 'ok') success?.(result)
      else if (outcome === 'cancel') cancel?.(result)
      else fail?.(result)
      complete?.(result)
    })
  }

  function config({ appId, timestamp, nonceStr, signature, jsApiList, debug }) {
    state = 'asked'
    const url = location.href.split('#')[0]
    ask('config', { appId, timestamp, nonceStr, signature, jsApiList, url }, (result) => {
      if (debug) alert(JSON.stringify(result))
      if (result.errMsg === 'config:ok') {
        state = 'ready'
        onReady.splice(0).forEach((callback) => callback())
      } else {
        state = 'failed'
        refusal = result
        onReady = []
        onError?.(result)
      }
    })
  }

  // What WeChat's browser puts into every page by itself, a moment after the page began. Here it comes with this script.
  if (inPhone) {
    const bridge = {
      invoke(name, parameters, callback) {
        if (name !== 'getBrandWCPayRequest') return callback?.({ err_msg: 'system:function_not_exist' })
        ask(name, { parameters: { ...parameters }, url: location.href }, (result) => callback?.(result))
      },
    }
    setTimeout(() => {
      window.WeixinJSBridge = bridge
      document.dispatchEvent(new Event('WeixinJSBridgeReady'))
    }, 50)
  }

  window.wx = {
    config,
    ready: (callback) => (state === 'ready' ? callback() : onReady.push(callback)),
    chooseWXPay: (options) => invoke('chooseWXPay', { ...options, url: location.href }),
    error: (callback) => {
      onError = callback
      if (state === 'failed') callback(refusal)
    },
    ...Object.fromEntries(
      ['checkJsApi', 'scanQRCode', 'hideMenuItems', 'showMenuItems', 'closeWindow'].map((api) => [api, (options) => invoke(api, options)]),
    ),
  }
  window.jWeixin = window.wx
})()
