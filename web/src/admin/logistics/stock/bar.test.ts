import { describe, expect, it } from 'vitest'
import { stockParts } from './bar'

describe('how a stock is taken', () => {
  it('is divided into what must stay, what is held and what is free', () => {
    expect(stockParts('200.000', '50.000', '20.000')).toEqual({ threshold: 10, held: 25, free: 65, missing: 0 })
  })
  it('shows what is promised beyond what is there', () => {
    expect(stockParts('80.000', '70.000', '30.000')).toEqual({ threshold: 30, held: 50, free: 0, missing: 20 })
    expect(stockParts('0.000', '10.000', '0.000')).toEqual({ threshold: 0, held: 0, free: 0, missing: 100 })
  })
  it('is nothing while the stock is not confirmed, and empty where there is nothing', () => {
    expect(stockParts(null, '50.000', '20.000')).toBeNull()
    expect(stockParts('0.000', '0.000', '0.000')).toEqual({ threshold: 0, held: 0, free: 0, missing: 0 })
  })
})
