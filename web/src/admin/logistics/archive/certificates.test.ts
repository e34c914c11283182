import { describe, expect, it } from 'vitest'
import { expiryWords, inOrder } from './certificates'

const certificate = (days_left: number) => ({
  certificate: 'inspection',
  name: '年检',
  last_day: '2026-11-26',
  days_left,
})

describe('certificates', () => {
  it('are good on their last day, and warn a month before', () => {
    expect([-1, 0, 30, 31].map((days) => expiryWords(certificate(days)))).toEqual([
      { text: '已过期 1 天', tone: 'failed' },
      { text: '今天到期', tone: 'waiting' },
      { text: '还有 30 天', tone: 'waiting' },
      { text: '还有 31 天', tone: 'ended' },
    ])
  })
  it('come in the order in which they end', () => {
    expect(inOrder([certificate(9), certificate(-2), certificate(5)]).map(({ days_left }) => days_left)).toEqual([
      -2, 5, 9,
    ])
  })
})
