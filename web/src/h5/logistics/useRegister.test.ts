import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError, NetworkError } from '@/shared/api/errors'
import type { Orders, Person, Product, Registration, Vehicle } from '@/shared/api/logisticsTypes'
import { HOUR_MS } from '@/shared/time'
import { logistics } from '../http'
import { useRegister } from './useRegister'
import { chooseLine } from './wizard'

const LINE = { line_no: '10', product_code: 'NAOH32', product_name: '液碱', hazardous: false, open: '20.000' }
const ORDERS = {
  items: [{ order_no: 'SO1', kind: 'pickup', can_register: true, customer_name: '甲', lines: [LINE] }],
  as_of: '2026-11-26T00:00:00Z',
  stale: true,
} as unknown as Orders
const MADE = { id: 'R' } as Registration

async function filled(done = vi.fn().mockResolvedValue(undefined)) {
  const register = useRegister('u', 'pickup', done)
  await register.loading.run()
  const { form } = register.draft
  if (!form.productCode) chooseLine(form, register.choices.value, 'SO1', '10')
  Object.assign(form.lines[0] ?? {}, { quantity: '12.5' })
  Object.assign(form, { arriveFrom: Date.now(), arriveTo: Date.now() + HOUR_MS })
  await nextTick()
  return { register, done }
}

describe('a registration', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.spyOn(logistics, 'orders').mockResolvedValue(ORDERS)
    vi.spyOn(logistics, 'products').mockResolvedValue([{ code: 'NAOH32', hazardous: false } as Product])
    vi.spyOn(logistics, 'vehicles').mockResolvedValue([{ plate_number: '闽A12345', kind: 'rigid' } as Vehicle])
    vi.spyOn(logistics, 'people').mockResolvedValue([{ driver_no: 'd', role: 'driver' } as Person])
  })
  afterEach(() => vi.restoreAllMocks())

  it('is sent with the same request id after a lost answer and a reload, and once only by two taps', async () => {
    const sent = vi.spyOn(logistics, 'register').mockRejectedValueOnce(new NetworkError(true)).mockResolvedValue(MADE)
    const first = await filled()
    await first.register.submission.run()
    expect(first.register.submission.error.value).toBeInstanceOf(NetworkError)
    const { register, done } = await filled()
    expect(register.draft.form.plate).toBe('闽A12345')
    await Promise.all([register.submission.run(), register.submission.run()])
    expect(sent).toHaveBeenCalledTimes(2)
    const ids = sent.mock.calls.map(([request]) => request.request_id)
    expect(ids[1]).toBe(ids[0])
    expect(done).toHaveBeenCalledExactlyOnceWith(MADE)
  })

  it('leaves no draft behind: the next one has another id', async () => {
    const sent = vi.spyOn(logistics, 'register').mockResolvedValue(MADE)
    for (const { register } of [await filled(), await filled()]) void (await register.submission.run())
    const { register } = await filled()
    expect(register.draft.requestId).not.toBe(sent.mock.calls[0]?.[0].request_id)
  })

  it('that was sent before with other content can be sent as a new one', async () => {
    const refused = new ApiError(409, 'registration_request_reused', '提交过')
    const sent = vi.spyOn(logistics, 'register').mockRejectedValueOnce(refused).mockResolvedValue(MADE)
    const { register } = await filled()
    await register.submission.run()
    expect(register.isSentBefore.value).toBe(true)
    await register.submitAsNew()
    const ids = sent.mock.calls.map(([request]) => request.request_id)
    expect(new Set(ids).size).toBe(2)
  })

  it('says when the orders are old', async () => {
    const { register } = await filled()
    expect(register.orderState.value).toEqual({ stale: true, asOf: '2026-11-26T00:00:00Z' })
  })
})
