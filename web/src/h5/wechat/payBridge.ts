import type { PaySheet } from '@/shared/api/canteenTypes'
import { loadJsSdk } from './jsSdk'

/** What WeChat puts into every page it shows, a moment after the page's own scripts. */
interface Bridge {
  invoke(name: 'getBrandWCPayRequest', sheet: PaySheet, callback: (result: { err_msg?: string }) => void): void
}

/** `ok` is no proof: only the server knows whether it was paid. */
export type PayOutcome = 'ok' | 'cancel' | 'fail'

/** This page is not shown by WeChat: it cannot be paid from here. */
export class NotInWeChat extends Error {}

const READY = 'WeixinJSBridgeReady'
const PATIENCE_MS = 6_000
const PREFIX = 'get_brand_wcpay_request:'

/**
 * Called by a page that may come to pay. WeChat gives every page the bridge by itself; where it does not, the JS-SDK's script
 * brings it. Nothing is said when neither comes: paying will.
 */
export function preparePaySheet(): void {
  if (!found()) void loadJsSdk().catch(() => undefined)
}

/** Opens WeChat's pay sheet and waits until the user has left it. Throws {@link NotInWeChat}. */
export async function openPaySheet(sheet: PaySheet): Promise<PayOutcome> {
  const bridge = found() ?? (await awaited())
  return new Promise((resolve) => bridge.invoke('getBrandWCPayRequest', sheet, (result) => resolve(outcomeOf(result))))
}

/** Whatever is neither done nor given up has failed, with or without a reason behind the word. */
function outcomeOf({ err_msg = '' }: { err_msg?: string }): PayOutcome {
  const said = err_msg.startsWith(PREFIX) ? err_msg.slice(PREFIX.length) : ''
  return said === 'ok' || said === 'cancel' ? said : 'fail'
}

const found = (): Bridge | undefined => (window as unknown as { WeixinJSBridge?: Bridge }).WeixinJSBridge

function awaited(): Promise<Bridge> {
  preparePaySheet()
  return new Promise((resolve, reject) => {
    const look = (): void => {
      clearTimeout(timer)
      document.removeEventListener(READY, look)
      const bridge = found()
      if (bridge) resolve(bridge)
      else reject(new NotInWeChat())
    }
    const timer = setTimeout(look, PATIENCE_MS)
    document.addEventListener(READY, look)
  })
}
