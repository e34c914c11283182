import { describe, expect, it, vi } from 'vitest'
import type { CanteenExport, NewExport } from '@/shared/api/canteenOfficeTypes'
import { ApiError, NetworkError } from '@/shared/api/errors'
import { exportFiles } from './files'

const ORDER = { what: 'records', format: 'csv', first: '2026-11-01', last: '2026-11-25', meal: 'lunch' } as const

const file = (change: Partial<CanteenExport> = {}): CanteenExport => ({
  ...{
    id: 'E1',
    what: 'records',
    name: '消费记录.csv',
    state: 'writing',
    rows: 0,
    fraction: 0,
    message: '',
    url: null,
  },
  created_at: '2026-11-25T00:00:00Z',
  ...change,
})
const READY = file({ state: 'ready', rows: 100_000, fraction: 1, url: 'https://files/E1' })

function desk(kept: string[] = []) {
  const start = vi.fn<(request: NewExport) => Promise<CanteenExport>>(async () => file({ state: 'waiting' }))
  const read = vi.fn<(id: string) => Promise<CanteenExport>>(async () => file())
  const save = vi.fn()
  const write = vi.fn()
  return { start, read, save, write, ...exportFiles({ start, read, save, kept: { read: () => kept, write } }) }
}

describe('a long export', () => {
  it('is followed until it is ready and saved once', async () => {
    const { order, look, read, save, files, unfinished } = desk()
    await order(ORDER)
    expect([files.value[0]?.state, unfinished.value]).toEqual(['waiting', 1])
    read.mockResolvedValueOnce(file({ rows: 5000, fraction: 0.25 }))
    await look()
    expect(files.value[0]).toMatchObject({ rows: 5000, fraction: 0.25 })
    expect(save).not.toHaveBeenCalled()
    read.mockResolvedValueOnce(READY)
    await look()
    await look()
    expect(read).toHaveBeenCalledTimes(2)
    expect(save.mock.calls).toEqual([['https://files/E1', '消费记录.csv']])
    expect(unfinished.value).toBe(0)
  })

  it('asks for one file although the first answer was lost', async () => {
    const { order, start, files } = desk()
    start.mockRejectedValueOnce(new NetworkError(true))
    await expect(order(ORDER)).rejects.toThrow()
    await order(ORDER)
    await order(ORDER)
    const [lost, again, another] = start.mock.calls.map(([request]) => request.request_id)
    expect(again).toBe(lost)
    expect(another).not.toBe(lost)
    expect(files.value).toHaveLength(1)
  })

  it('is looked at again when it could not be read, and dropped when it is gone', async () => {
    const { order, look, read, files, write } = desk()
    await order(ORDER)
    read.mockRejectedValueOnce(new NetworkError(false))
    await look()
    expect(files.value).toHaveLength(1)
    read.mockRejectedValueOnce(new ApiError(404, 'not_found', ''))
    await look()
    expect(files.value).toHaveLength(0)
    expect(write).toHaveBeenLastCalledWith([])
  })

  it('is there after a reload, fetched with a fresh address, not saved by itself', async () => {
    const { restore, fetch, drop, read, save, files } = desk(['E1'])
    read.mockResolvedValue(READY)
    await restore()
    expect(files.value).toEqual([READY])
    expect(save).not.toHaveBeenCalled()
    read.mockResolvedValueOnce({ ...READY, url: 'https://files/E1?fresh' })
    await fetch('E1')
    expect(save).toHaveBeenCalledWith('https://files/E1?fresh', '消费记录.csv')
    drop('E1')
    expect(files.value).toEqual([])
  })

  it('that was put away stays away when an answer comes late', async () => {
    const { order, look, drop, read, files } = desk()
    await order(ORDER)
    let answer: (late: CanteenExport) => void = () => undefined
    read.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    const looking = look()
    drop('E1')
    answer(READY)
    await looking
    expect(files.value).toEqual([])
  })
})
