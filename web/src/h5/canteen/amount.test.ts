import { describe, expect, it } from 'vitest'
import { amountProblem, limitWords, payableFen, presets, press } from './amount'

const LIMITS = { minimum_fen: 1_000, maximum_fen: 50_000, left_today_fen: 100_000 }
const type = (keys: string): string => [...keys].reduce(press, '')

describe('the amount', () => {
  it.each([
    ['50', '50'],
    ['0050', '50'],
    ['12.345', '12.34'],
    ['.5', '0.5'],
    ['1..5', '1.5'],
    ['1234567', '12345'],
    ['12345.678', '12345.67'],
  ])('typed as %s is %s', (keys, shown) => expect(type(keys)).toBe(shown))

  it('is offered within the limits only', () => {
    expect(presets(LIMITS)).toEqual([5_000, 10_000, 20_000, 30_000, 50_000])
    expect(presets({ ...LIMITS, left_today_fen: 20_000 })).toEqual([5_000, 10_000, 20_000])
    expect(presets({ ...LIMITS, minimum_fen: 10_000, maximum_fen: 30_000 })).toEqual([10_000, 20_000, 30_000])
    expect(presets({ ...LIMITS, left_today_fen: 0 })).toEqual([])
  })

  it.each([
    ['', null, null],
    ['9.99', '最少 10 元', null],
    ['10', null, 1_000],
    ['500', null, 50_000],
    ['500.01', '单笔最多 500 元', null],
    ['88.8', null, 8_880],
    ['10.', null, 1_000],
  ])('%s: %s, %s fen', (text, problem, fen) => {
    expect(amountProblem(text, LIMITS)).toBe(problem)
    expect(payableFen(text, LIMITS)).toBe(fen)
  })

  it('counts what is left of the day', () => {
    const late = { ...LIMITS, left_today_fen: 5_050 }
    expect(amountProblem('50.51', late)).toBe('今日最多还可充 50.50 元')
    expect(payableFen('50.5', late)).toBe(5_050)
    expect(limitWords(late)).toBe('单笔 10 至 500 元，今日还可充 50.50 元')
    expect(limitWords({ ...LIMITS, left_today_fen: 900 })).toContain('请明天再充')
  })
})
