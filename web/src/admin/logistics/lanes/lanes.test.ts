import { describe, expect, it } from 'vitest'
import type { BoardLane } from '@/shared/api/logisticsOfficeTypes'
import { freshness, queueParts } from './board'
import { throughput, totals } from './chart'

const NOW = Date.parse('2026-11-26T08:00:00Z')

describe('the board', () => {
  it('warns when it is older than half a minute, or was never read', () => {
    expect(freshness('2026-11-26T07:59:30Z', NOW)).toEqual({ isOld: false, text: '30 秒前更新' })
    expect(freshness('2026-11-26T07:59:29Z', NOW)).toEqual({
      isOld: true,
      text: '车道数据停在 31 秒前，请以现场叫号为准',
    })
    expect(freshness(null, NOW).isOld).toBe(true)
  })
  it('puts a queue in the order in which trucks load', () => {
    const entry = (position: number, state: 'waiting' | 'loading') => ({
      position,
      state,
      plate_masked: `P${position}`,
    })
    const lane = { queue: [entry(3, 'waiting'), entry(1, 'loading'), entry(2, 'waiting')] } as unknown as BoardLane
    const parts = queueParts(lane)
    expect(parts.loading.map(({ plate_masked }) => plate_masked)).toEqual(['P1'])
    expect(parts.waiting.map(({ plate_masked }) => plate_masked)).toEqual(['P2', 'P3'])
    expect(parts.called).toEqual([])
  })
})

describe('what the lanes did', () => {
  const items = [
    { day: '2026-11-26', lane_code: 'L2', trucks: 1, net: '0.100' },
    { day: '2026-11-25', lane_code: 'L1', trucks: 3, net: '90.000' },
    { day: '2026-11-26', lane_code: 'L1', trucks: 2, net: '0.200' },
  ]
  it('is a table without holes', () => {
    expect(throughput(items, 'trucks')).toEqual({
      days: ['2026-11-25', '2026-11-26'],
      lanes: [
        { code: 'L1', values: [3, 2] },
        { code: 'L2', values: [0, 1] },
      ],
    })
  })
  it('adds up exactly', () => {
    expect(totals(throughput(items, 'trucks'), 'trucks')).toEqual(['3', '3'])
    expect(totals(throughput(items, 'net'), 'net')).toEqual(['90.000', '0.300'])
  })
})
