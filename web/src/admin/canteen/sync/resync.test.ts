import { expect, it, vi } from 'vitest'
import type { Resync } from '@/shared/api/canteenOfficeTypes'
import { useResync } from './resync'

const step = (rows: number, next_cursor: string | null): Resync => ({
  ...{ account_no: 'A1', rows, next_cursor, is_complete: next_cursor === null },
})

it('reads an account to its end, and goes on after an error', async () => {
  const ask = vi.fn<(accountNo: string, cursor: string | null) => Promise<Resync>>()
  ask
    .mockResolvedValueOnce(step(100, 'x'))
    .mockRejectedValueOnce(new Error('lost'))
    .mockResolvedValueOnce(step(7, null))
  const { rows, isComplete, run } = useResync(ask)
  await run.run('A1')
  expect([rows.value, isComplete.value, run.error.value]).toEqual([100, false, new Error('lost')])
  await run.run('A1')
  expect([rows.value, isComplete.value, run.error.value]).toEqual([107, true, null])
  expect(ask.mock.calls).toEqual([['A1', null], ['A1', 'x'], ['A1', 'x']]) // prettier-ignore
})

it('begins anew for another account, or the same one once more', async () => {
  const ask = vi.fn(async () => step(5, null))
  const { rows, accountNo, run } = useResync(ask)
  await run.run('A1')
  await run.run('A1')
  expect(rows.value).toBe(5)
  await run.run('B2')
  expect(accountNo.value).toBe('B2')
  expect(ask).toHaveBeenLastCalledWith('B2', null)
})

it('stops when the page is left', async () => {
  const ask = vi.fn(async () => step(5, 'more'))
  const { run, pause, isComplete } = useResync(ask)
  ask.mockImplementationOnce(async () => {
    pause()
    return step(5, 'more')
  })
  await run.run('A1')
  expect([ask.mock.calls.length, isComplete.value]).toEqual([1, false])
})
