import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'
import { ApiError, NetworkError } from '@/shared/api/errors'
import type { TopUp } from '@/shared/api/canteenTypes'
import { canteen } from '../http'
import { isOlder, underWay } from './follow'
import { NOW, paid, topUp } from './samples'
import { useResult } from './useResult'

vi.mock('../composables/ask', () => ({ confirmed: vi.fn(), tell: vi.fn() }))
vi.mock('../wechat/payBridge', () => ({ openPaySheet: vi.fn(), preparePaySheet: vi.fn(), NotInWeChat: Error }))

const SECOND = 1000
const done = (): TopUp => {
  const before = paid('T1')
  const events = [...before.events, { name: 'credited', text: '食堂已入账', at: before.created_at }]
  return { ...before, status: 'credited', status_text: '充值成功', is_on_the_way: false, events }
}
let unmount = (): void => undefined
let isHidden = false

async function followed() {
  let made: ReturnType<typeof useResult> | undefined
  const app = createApp({ setup: () => ((made = useResult('T1')), () => h('i')) })
  app.mount(document.createElement('div'))
  unmount = () => app.unmount()
  await vi.advanceTimersByTimeAsync(0)
  if (!made) throw new Error('not set up')
  return made
}

describe('following a top-up', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    isHidden = false
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden)
    vi.spyOn(canteen, 'topUp').mockResolvedValue(topUp('T1'))
    vi.spyOn(canteen, 'check').mockResolvedValue(topUp('T1'))
  })
  afterEach(() => {
    unmount()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('asks WeChat at once, then with growing pauses, until the money is on the card', async () => {
    const { topUp: shown } = await followed()
    expect(canteen.check).toHaveBeenCalledTimes(1)
    for (const [at, pause] of [2, 3, 5, 8, 13, 21, 30, 30].entries()) {
      await vi.advanceTimersByTimeAsync(pause * SECOND - 1)
      expect(canteen.check).toHaveBeenCalledTimes(at + 1)
      await vi.advanceTimersByTimeAsync(1)
      expect(canteen.check).toHaveBeenCalledTimes(at + 2)
    }
    vi.mocked(canteen.check).mockResolvedValue(paid('T1'))
    vi.mocked(canteen.topUp).mockResolvedValue(done())
    await vi.advanceTimersByTimeAsync(30 * SECOND)
    expect(shown.value?.status).toBe('paid')
    await vi.advanceTimersByTimeAsync(3 * SECOND)
    expect(shown.value?.status).toBe('credited')
    const asked = vi.mocked(canteen.topUp).mock.calls.length
    await vi.advanceTimersByTimeAsync(120 * SECOND)
    expect(canteen.topUp).toHaveBeenCalledTimes(asked)
  })

  it('rests while the page is hidden and looks at once when it is shown', async () => {
    await followed()
    isHidden = true
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(60 * SECOND)
    expect(canteen.check).toHaveBeenCalledTimes(1)
    isHidden = false
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
    expect(canteen.check).toHaveBeenCalledTimes(2)
  })

  it('shows what is known while WeChat Pay or the network is away, and drops overtaken answers', async () => {
    const { topUp: shown, error } = await followed()
    vi.mocked(canteen.check).mockRejectedValueOnce(new ApiError(503, 'pay_unavailable', '没有响应'))
    await vi.advanceTimersByTimeAsync(2 * SECOND)
    expect([shown.value?.status, error.value]).toEqual(['created', expect.any(ApiError)])
    vi.mocked(canteen.check).mockResolvedValueOnce(paid('T1'))
    vi.mocked(canteen.topUp).mockResolvedValue(topUp('T1'))
    await vi.advanceTimersByTimeAsync(3 * SECOND)
    expect([shown.value?.status, error.value]).toEqual(['paid', null])
    await vi.advanceTimersByTimeAsync(5 * SECOND)
    expect(shown.value?.status).toBe('paid')
  })

  it('goes on by itself when the first look had no network, and stops at what is not there', async () => {
    vi.mocked(canteen.topUp).mockRejectedValueOnce(new NetworkError(false))
    const first = await followed()
    expect(first.topUp.value).toBeNull()
    await vi.advanceTimersByTimeAsync(2 * SECOND)
    expect(first.topUp.value?.id).toBe('T1')
    unmount()
    vi.mocked(canteen.topUp)
      .mockClear()
      .mockRejectedValue(new ApiError(404, 'not_found', '没有'))
    await followed()
    await vi.advanceTimersByTimeAsync(60 * SECOND)
    expect(canteen.topUp).toHaveBeenCalledTimes(1)
  })

  it('says when the time to pay is over before the server has closed it', async () => {
    const { isOverdue } = await followed()
    expect(isOverdue.value).toBe(false)
    await vi.advanceTimersByTimeAsync(15 * 60 * SECOND)
    expect(isOverdue.value).toBe(true)
  })

  it('an answer is older when its time line is shorter', () => {
    expect(isOlder(topUp('T1'), paid('T1'))).toBe(true)
    expect(isOlder(paid('T1'), topUp('T1'))).toBe(false)
    expect(isOlder(topUp('T1'), null)).toBe(false)
  })

  it('what can be paid stands before what is on its way', () => {
    const closed = topUp('C', { status: 'closed', can_pay: false })
    expect(underWay([paid('A'), closed, topUp('B')]).map(({ id }) => id)).toEqual(['B', 'A'])
  })
})
