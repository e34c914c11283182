import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'
import { ApiError } from '@/shared/api/errors'
import { canteen } from '../http'
import { NOW } from './samples'
import { useBinding } from './useBinding'

const ASKED = { phone_masked: '138****1111', valid_minutes: 5, ask_again_seconds: 60, message: '如果这个号码…' }
const PHONE = '13800001111'
const done = vi.fn().mockResolvedValue(undefined)
let unmount = (): void => undefined

function opened(suggested: string | null = null) {
  let made: ReturnType<typeof useBinding> | undefined
  const app = createApp({ setup: () => ((made = useBinding('u', suggested, done)), () => h('i')) })
  app.mount(document.createElement('div'))
  unmount = () => app.unmount()
  if (!made) throw new Error('not set up')
  return made
}
async function asked() {
  const binding = opened(PHONE)
  await binding.asking.run()
  return binding
}
const refusal = (code: string, message = '不对') => new ApiError(409, code, message)

describe('binding', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers({ now: NOW })
    vi.spyOn(canteen, 'askCode').mockResolvedValue(ASKED)
    vi.spyOn(canteen, 'bind').mockResolvedValue({} as never)
  })
  afterEach(() => {
    unmount()
    done.mockClear()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('goes from the phone to the code, counts down, and ends', async () => {
    const binding = await asked()
    expect([binding.step.value, binding.secondsLeft.value]).toEqual(['code', 60])
    await vi.advanceTimersByTimeAsync(59_000)
    expect(binding.secondsLeft.value).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(binding.secondsLeft.value).toBe(0)
    binding.code.value = '012345'
    await binding.binding.run()
    expect(canteen.bind).toHaveBeenCalledExactlyOnceWith({ phone: PHONE, code: '012345', staff_no: '' })
    expect(done).toHaveBeenCalledOnce()
    unmount()
    expect(opened().step.value).toBe('phone')
  })

  it('asks for the staff number when several accounts have the phone, with the same code', async () => {
    const bind = vi.mocked(canteen.bind).mockRejectedValueOnce(refusal('staff_no_needed'))
    const binding = await asked()
    binding.code.value = '012345'
    await binding.binding.run()
    expect([binding.step.value, binding.problem.value]).toEqual(['staff', null])
    bind.mockRejectedValueOnce(refusal('staff_no_wrong', '工号不符'))
    binding.staffNo.value = ' A1003 '
    await binding.binding.run()
    expect([binding.step.value, binding.problem.value?.title]).toEqual(['staff', '工号不符'])
    await binding.binding.run()
    expect(bind).toHaveBeenLastCalledWith({ phone: PHONE, code: '012345', staff_no: 'A1003' })
    expect(done).toHaveBeenCalledOnce()
  })

  it('goes back to the code when it is spent', async () => {
    const bind = vi.mocked(canteen.bind).mockRejectedValueOnce(refusal('staff_no_needed'))
    const binding = await asked()
    await binding.binding.run()
    bind.mockRejectedValueOnce(refusal('code_expired', '验证码已失效'))
    await binding.binding.run()
    expect([binding.step.value, binding.problem.value?.title]).toEqual(['code', '验证码已失效'])
  })

  it('stands where it was after WeChat killed the page, as long as the code lives', async () => {
    await asked()
    unmount()
    vi.advanceTimersByTime(20_000)
    const again = opened()
    expect([again.step.value, again.phone.value, again.secondsLeft.value]).toEqual(['code', PHONE, 40])
    unmount()
    vi.advanceTimersByTime(5 * 60_000)
    expect(opened('13900002222').phone.value).toBe('13900002222')
  })

  it('lets an earlier code be used when another one may not be sent', async () => {
    vi.mocked(canteen.askCode).mockRejectedValue(new ApiError(429, 'code_too_soon', '刚刚发过'))
    const binding = await asked()
    expect([binding.step.value, binding.mayHaveCode.value]).toEqual(['phone', true])
    binding.useOldCode()
    expect([binding.step.value, binding.problem.value]).toEqual(['code', null])
  })

  it('waits for the code when nobody knows whether it was sent', async () => {
    const maybe = new ApiError(503, 'code_maybe_sent', '短信平台没有答复。')
    vi.mocked(canteen.askCode).mockRejectedValue(maybe)
    const binding = await asked()
    expect([binding.step.value, binding.asked.value?.message, binding.secondsLeft.value]).toEqual([
      'code',
      '短信平台没有答复。',
      0,
    ])
  })

  it('says what is wrong with the phone, and starts over with another one', async () => {
    const detail = [{ field: 'phone', message: '请填写 11 位手机号码' }]
    vi.mocked(canteen.askCode).mockRejectedValueOnce(new ApiError(400, 'invalid_input', '有误', detail))
    const binding = await asked()
    expect(binding.problem.value?.title).toBe('请填写 11 位手机号码')
    await binding.asking.run()
    binding.startOver()
    expect([binding.step.value, binding.problem.value]).toEqual(['phone', null])
  })
})
