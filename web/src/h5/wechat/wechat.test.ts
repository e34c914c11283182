import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { officePlace } from './officeCode'

const signature = vi.fn()
vi.mock('../http', () => ({ wechat: { signature } }))

const ORIGIN = 'https://campus.example'
const SIGNED = { app_id: 'wx1', timestamp: 1, nonce: 'n', signature: 's', script_url: 'https://res.example/wx.js' }
type Options = Record<string, unknown>

/** WeChat's script: answers `config` with `outcome`, and counts what is asked. */
function standIn(outcome: 'ready' | 'error' | 'silence') {
  const calls: [string, Options][] = []
  const wx = {
    config: (options: Options) => calls.push(['config', options]),
    ready: (callback: () => void) => outcome === 'ready' && callback(),
    error: (callback: (result: { errMsg: string }) => void) =>
      outcome === 'error' && callback({ errMsg: 'config:invalid signature' }),
    scanQRCode: (options: Options) => calls.push(['scanQRCode', options]),
    hideMenuItems: (options: Options) => calls.push(['hideMenuItems', options]),
  }
  vi.spyOn(document.head, 'append').mockImplementation((element) => {
    Object.assign(window, { wx })
    setTimeout(() => (element as HTMLScriptElement).onload?.(new Event('load')))
  })
  return calls
}

beforeEach(() => {
  vi.resetModules()
  vi.useRealTimers()
  signature.mockReset().mockResolvedValue(SIGNED)
})
afterEach(() => vi.restoreAllMocks())

describe('the code of the office', () => {
  it.each([
    [`${ORIGIN}/office-sign-in?ticket=T1`, '/office-sign-in?ticket=T1'],
    [`${ORIGIN}/office-sign-in`, null],
    [`${ORIGIN}/visitor?ticket=T1`, null],
    ['https://evil.example/office-sign-in?ticket=T1', null],
    ['http://campus.example/office-sign-in?ticket=T1', null],
    ['4F7A09C2D1', null],
    ['', null],
  ])('%s', (scanned, place) => expect(officePlace(scanned, ORIGIN)).toBe(place))
})

describe('the JS-SDK', () => {
  it('signs the address of the page: the first one on an iPhone, the present one elsewhere', async () => {
    const { signedUrl } = await import('./jsSdk')
    const [entered, shown] = [`${ORIGIN}/?a=1#x`, `${ORIGIN}/me#y`]
    expect(signedUrl('Mozilla/5.0 (iPhone; …) MicroMessenger', entered, shown)).toBe(`${ORIGIN}/?a=1`)
    expect(signedUrl('Mozilla/5.0 (Linux; Android 14) MicroMessenger', entered, shown)).toBe(`${ORIGIN}/me`)
  })

  it('is loaded and configured once for a page', async () => {
    const calls = standIn('ready')
    const { hideSharing } = await import('./jsSdk')
    await Promise.all([hideSharing(), hideSharing()])
    expect(calls.map(([name]) => name)).toEqual(['config', 'hideMenuItems', 'hideMenuItems'])
    expect(calls[0]?.[1]).toMatchObject({ appId: 'wx1', timestamp: 1, nonceStr: 'n', signature: 's' })
    expect(signature).toHaveBeenCalledTimes(1)
  })

  it('gives the scanned text, and nothing when the user went back', async () => {
    const calls = standIn('ready')
    const { scanCode } = await import('./jsSdk')
    const first = scanCode()
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    ;(calls[1]?.[1]['success'] as (result: { resultStr: string }) => void)({ resultStr: 'text' })
    expect(await first).toBe('text')
    const second = scanCode()
    await vi.waitFor(() => expect(calls).toHaveLength(3))
    ;(calls[2]?.[1]['cancel'] as () => void)()
    expect(await second).toBeNull()
  })

  it('says so when WeChat refuses, and tries anew the next time', async () => {
    standIn('error')
    const { scanCode, WeChatUnavailable } = await import('./jsSdk')
    await expect(scanCode()).rejects.toBeInstanceOf(WeChatUnavailable)
    await expect(scanCode()).rejects.toThrow('config:invalid signature')
    expect(signature).toHaveBeenCalledTimes(2)
  })

  it('gives up waiting outside WeChat', async () => {
    standIn('silence')
    const { scanCode } = await import('./jsSdk')
    vi.useFakeTimers()
    const scanning = expect(scanCode()).rejects.toThrow('no answer')
    await vi.advanceTimersByTimeAsync(6_100)
    await scanning
  })
})
