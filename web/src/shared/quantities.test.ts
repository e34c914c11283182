import { describe, expect, it } from 'vitest'
import { differenceOf, shortTonnes, signedWords, sumTonnes, toKilograms, tonnesWords, toTonnes } from './quantities'

describe('tonnes', () => {
  it('are read as whole kilograms', () => {
    expect(toKilograms('30')).toBe(30_000)
    expect(toKilograms('30.5')).toBe(30_500)
    expect(toKilograms('0.001')).toBe(1)
    expect(toKilograms('３０．５')).toBe(30_500)
    expect(toKilograms('-1.250')).toBe(-1250)
  })
  it('are nothing else than numbers with three places', () => {
    for (const wrong of ['', '.', '30.', '1.2345', '3e2', '1234567', '30吨']) expect(toKilograms(wrong)).toBeNull()
  })
  it('are written as the server wants them, and as people say them', () => {
    expect(toTonnes(30_500)).toBe('30.500')
    expect(toTonnes(-7)).toBe('-0.007')
    expect(shortTonnes('30.000')).toBe('30')
    expect(shortTonnes('29.860')).toBe('29.86')
    expect(shortTonnes('100')).toBe('100')
    expect(tonnesWords('0.000')).toBe('0 吨')
  })
  it('add up exactly where floats would not', () => {
    expect(sumTonnes(['0.1', '0.2'])).toBe('0.300')
    expect(sumTonnes(['20.000', '', '10.005'])).toBe('30.005')
    expect(differenceOf('29.860', '30.000')).toBe('-0.140')
    expect(signedWords('-0.140')).toBe('-0.14 吨')
    expect(signedWords('0.140')).toBe('+0.14 吨')
    expect(signedWords('0.000')).toBe('0 吨')
  })
})
