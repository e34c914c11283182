import { wechat } from '../http'

/** The part of WeChat's JS-SDK that is used here. Loaded when it is first needed, never with a page. */
interface Wx {
  config(options: {
    appId: string
    timestamp: number
    nonceStr: string
    signature: string
    jsApiList: readonly string[]
  }): void
  ready(callback: () => void): void
  error(callback: (result: { errMsg: string }) => void): void
  scanQRCode(options: {
    needResult: 1
    scanType: ['qrCode']
    success: (result: { resultStr: string }) => void
    cancel: () => void
    fail: (result: { errMsg: string }) => void
  }): void
  hideMenuItems(options: { menuList: readonly string[] }): void
  showMenuItems(options: { menuList: readonly string[] }): void
}

/** Not in WeChat, or WeChat does not let this page. */
export class WeChatUnavailable extends Error {}

const APIS = ['scanQRCode', 'hideMenuItems', 'showMenuItems'] as const
const PATIENCE_MS = 6_000
const SHARING = [
  'menuItem:share:appMessage',
  'menuItem:share:timeline',
  'menuItem:share:qq',
  'menuItem:share:weiboApp',
  'menuItem:share:QZone',
  'menuItem:share:email',
  'menuItem:favorite',
  'menuItem:copyUrl',
  'menuItem:openWithQQBrowser',
  'menuItem:openWithSafari',
]

let script: Promise<Wx> | null = null
let allowed: { url: string; wx: Promise<Wx> } | null = null

/** Opens WeChat's scanner; `null` when the user went back. Throws {@link WeChatUnavailable}. */
export async function scanCode(): Promise<string | null> {
  const wx = await allow()
  return new Promise((resolve, reject) => {
    wx.scanQRCode({
      needResult: 1,
      scanType: ['qrCode'],
      success: ({ resultStr }) => resolve(resultStr),
      cancel: () => resolve(null),
      fail: ({ errMsg }) => reject(new WeChatUnavailable(errMsg)),
    })
  })
}

/** Takes forwarding, copying and opening elsewhere out of WeChat's menu on this page. */
export async function hideSharing(): Promise<void> {
  ;(await allow()).hideMenuItems({ menuList: SHARING })
}

export async function showSharing(): Promise<void> {
  ;(await allow()).showMenuItems({ menuList: SHARING })
}

/**
 * WeChat's right for this page. On an iPhone the address counts under which the app was entered, elsewhere the one shown
 * now: a page reached inside the app has to be signed anew there.
 */
export function signedUrl(userAgent: string, entered: string, shown: string): string {
  return (/iPhone|iPad|iPod/.test(userAgent) ? entered : shown).split('#')[0] ?? ''
}

function allow(): Promise<Wx> {
  const entered = performance.getEntriesByType('navigation')[0]?.name ?? location.href
  const url = signedUrl(navigator.userAgent, entered, location.href)
  if (allowed?.url !== url) {
    const wx = configure(url)
    allowed = { url, wx }
    wx.catch(() => (allowed = null))
  }
  return allowed?.wx ?? configure(url)
}

async function configure(url: string): Promise<Wx> {
  const { script_url, app_id, timestamp, nonce, signature } = await wechat.signature(url)
  const wx = await load(script_url)
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new WeChatUnavailable('no answer')), PATIENCE_MS)
    wx.config({ appId: app_id, timestamp, nonceStr: nonce, signature, jsApiList: APIS })
    wx.error(({ errMsg }) => reject(new WeChatUnavailable(errMsg)))
    wx.ready(() => resolve(wx))
  })
}

/** Only the script, without asking for any right. */
export async function loadJsSdk(): Promise<void> {
  const { script_url } = await wechat.signature(location.href.split('#')[0] ?? '')
  await load(script_url)
}

function load(address: string): Promise<Wx> {
  script ??= new Promise<Wx>((resolve, reject) => {
    const element = document.createElement('script')
    element.src = address
    element.onload = () => {
      const { wx } = window as unknown as { wx?: Wx }
      if (wx) resolve(wx)
      else reject(new WeChatUnavailable('the script has no wx'))
    }
    element.onerror = () => reject(new WeChatUnavailable('the script does not load'))
    document.head.append(element)
  })
  script.catch(() => (script = null))
  return script
}
