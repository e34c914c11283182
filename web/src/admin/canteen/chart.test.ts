import { expect, it } from 'vitest'
import type { Palette } from '../charts/look'
import { dayWords, moneyByDay } from './chart'

const DAYS = ['2026-11-24', '2026-11-25']
const BARS = [
  { name: '早餐', fen: [600, 0] },
  { name: '午餐', fen: [1550, 123456] },
]
const COLOURS = { stock: '#1', held: '#2', ink: '#3', line: '#4' } as unknown as Palette

it('says what a day adds up to, to the fen', () => {
  expect(dayWords(DAYS, BARS, 0)).toBe('2026-11-24\n早餐  ¥6.00\n午餐  ¥15.50\n合计  ¥21.50')
  expect(dayWords(DAYS, BARS, 1)).toBe('2026-11-25\n午餐  ¥1,234.56\n合计  ¥1,234.56')
  expect(dayWords(DAYS, [{ name: '已支付', fen: [100, 0] }], 0, (day) => `${day} 共 1 笔`)).toBe(
    '2026-11-24\n已支付  ¥1.00\n2026-11-24 共 1 笔',
  )
})

it('draws yuan, stacked', () => {
  const { series, xAxis } = moneyByDay(DAYS, BARS, COLOURS)
  expect(xAxis.data).toEqual(['11-24', '11-25'])
  expect(series.map(({ name, stack, data }) => [name, stack, data])).toEqual([
    ['早餐', 'day', [6, 0]],
    ['午餐', 'day', [15.5, 1234.56]],
  ])
})
