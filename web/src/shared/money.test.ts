import { describe, expect, it } from 'vitest'
import { money, shortYuan, signedYuan, toFen, yuan } from './money'

describe('money', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [1250, '12.50'],
    [-123405, '-1,234.05'],
    [100_000_000, '1,000,000.00'],
  ])('%d fen are %s yuan', (fen, text) => expect(yuan(fen)).toBe(text))

  it('is said with its sign, or short', () => {
    expect([money(10_000), money(-1250)]).toEqual(['¥100.00', '-¥12.50'])
    expect([signedYuan(10_000), signedYuan(-1250), signedYuan(0)]).toEqual(['+100.00', '-12.50', '0.00'])
    expect([shortYuan(5000), shortYuan(5050), shortYuan(100_000)]).toEqual(['50', '50.50', '1,000'])
  })

  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12.', 1200],
    ['0.29', 29],
    ['１２．３４', 1234],
    [' 8 ', 800],
    ['1.005', null],
    ['.5', null],
    ['-3', null],
    ['1e3', null],
    ['', null],
  ])('%s is read as %s fen', (text, fen) => expect(toFen(text)).toBe(fen))

  it('survives a way there and back', () => {
    for (let fen = 0; fen < 3000; fen += 7) expect(toFen(yuan(fen).replace(',', ''))).toBe(fen)
  })
})
