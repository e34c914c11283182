import { describe, expect, it } from 'vitest'
import { stockLines } from './chart'

describe('stock over time', () => {
  it('reckons what is free exactly and leaves a gap where nobody knows', () => {
    const lines = stockLines([
      { at: '2026-11-26T00:00:00Z', stock: '100.100', held: '30.200', threshold: '20.000' },
      { at: '2026-11-26T00:05:00Z', stock: null, held: '30.200', threshold: '20.000' },
      { at: '2026-11-26T00:10:00Z', stock: '40.000', held: '30.200', threshold: '20.000' },
    ])
    expect(lines.free.map(([, tonnes]) => tonnes)).toEqual(['49.900', null, '-10.200'])
    expect(lines.stock.map(([, tonnes]) => tonnes)).toEqual(['100.100', null, '40.000'])
    expect(lines.held.map(([, tonnes]) => tonnes)).toEqual(['30.200', '30.200', '30.200'])
  })
  it('stands on the clock of the plant', () => {
    const [point] = stockLines([
      { at: '2026-11-25T16:00:00Z', stock: '1.000', held: '0.000', threshold: '0.000' },
    ]).stock
    expect(new Date(point?.[0] ?? 0).toISOString()).toBe('2026-11-26T00:00:00.000Z')
  })
})
