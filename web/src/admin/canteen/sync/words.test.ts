import { expect, it } from 'vitest'
import type { CanteenSync, SyncRun } from '@/shared/api/canteenOfficeTypes'
import { behindWords, pushState, rowsState, tookWords } from './words'

const run = (change: Partial<SyncRun>): SyncRun => ({
  ...{ started_at: '2026-11-25T00:00:00Z', ended_at: '2026-11-25T00:00:07Z', rows: 12_345, state: 'done' },
  ...{ error_code: null, error_text: null },
  ...change,
})
const sync = (change: Partial<CanteenSync>): CanteenSync =>
  ({ rows_behind: null, is_caught_up: true, last_run: run({}), ...change }) as CanteenSync

it('tells trouble before backlog before rest', () => {
  expect(pushState(3, 1, 100)).toEqual({ word: '1 条失败', tone: 'failed' })
  expect(pushState(3, 0, 100).tone).toBe('waiting')
  expect(pushState(0, 0, 100).tone).toBe('ready')
  expect(pushState(100, 0, 100).word).toBe('100+ 条等待')
  expect(rowsState(sync({ last_run: run({ state: 'failed' }), is_caught_up: true })).tone).toBe('failed')
  expect(rowsState(sync({ last_run: run({ state: 'running' }) })).tone).toBe('busy')
  expect(rowsState(sync({ last_run: null })).word).toBe('尚未同步')
  expect(rowsState(sync({ is_caught_up: false })).tone).toBe('waiting')
  expect(rowsState(sync({})).tone).toBe('ready')
})

it('says how much is still to come and what a run did', () => {
  expect(behindWords(sync({ rows_behind: 1200 }))).toBe('还有 1,200 条')
  expect(behindWords(sync({ rows_behind: 0 }))).toBe('没有待同步的记录')
  expect(behindWords(sync({ is_caught_up: false }))).toContain('没有告知')
  expect(tookWords(run({}))).toBe('读取 12,345 条，用时 7 秒')
  expect(tookWords(run({ ended_at: null }))).toBe('已读取 12,345 条')
})
