import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PaySheet } from '@/shared/api/canteenTypes'
import { NotInWeChat, openPaySheet } from './payBridge'

const SHEET: PaySheet = {
  ...{ appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=p', signType: 'RSA', paySign: 's' },
}
const invoked = vi.fn()
const loadJsSdk = vi.fn()
vi.mock('./jsSdk', () => ({ loadJsSdk: (): Promise<void> => loadJsSdk() }))

function appear(err_msg?: string): void {
  const invoke = (name: string, sheet: PaySheet, callback: (result: { err_msg?: string }) => void): void => {
    invoked(name, sheet)
    setTimeout(() => callback(err_msg === undefined ? {} : { err_msg }), 100)
  }
  Object.assign(window, { WeixinJSBridge: { invoke } })
}

describe('the pay sheet', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    invoked.mockClear()
    loadJsSdk.mockReset().mockRejectedValue(new Error('outside'))
  })
  afterEach(() => {
    Reflect.deleteProperty(window, 'WeixinJSBridge')
    vi.useRealTimers()
  })

  it.each([
    ['get_brand_wcpay_request:ok', 'ok'],
    ['get_brand_wcpay_request:cancel', 'cancel'],
    ['get_brand_wcpay_request:fail', 'fail'],
    ['get_brand_wcpay_request:fail_invalid appid', 'fail'],
    ['getBrandWCPayRequest:fail, the permission value is offline verifying', 'fail'],
    ['ok', 'fail'],
    [undefined, 'fail'],
  ])('%s means %s', async (said, outcome) => {
    appear(said)
    const opening = openPaySheet(SHEET)
    await vi.advanceTimersByTimeAsync(100)
    expect(await opening).toBe(outcome)
    expect(invoked).toHaveBeenCalledExactlyOnceWith('getBrandWCPayRequest', SHEET)
  })

  it('waits for a bridge that comes after the page', async () => {
    const opening = openPaySheet(SHEET)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(invoked).not.toHaveBeenCalled()
    expect(loadJsSdk).toHaveBeenCalled()
    appear('get_brand_wcpay_request:ok')
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
    await vi.advanceTimersByTimeAsync(100)
    expect(await opening).toBe('ok')
  })

  it('does not open outside WeChat, and says so soon', async () => {
    const opening = expect(openPaySheet(SHEET)).rejects.toBeInstanceOf(NotInWeChat)
    await vi.advanceTimersByTimeAsync(6_000)
    await opening
  })
})
