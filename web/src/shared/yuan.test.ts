import { expect, it } from 'vitest'
import { signedYuan, yuan, yuanSign } from './yuan'

it('shows fen as yuan, to the fen', () => {
  expect([0, 5, 100, 123456, 100_000_000].map(yuan)).toEqual(['0.00', '0.05', '1.00', '1,234.56', '1,000,000.00'])
  expect(yuan(-50)).toBe('-0.50')
  expect(yuan(999_999)).toBe('9,999.99')
  expect([1250, -1250].map(yuanSign)).toEqual(['¥12.50', '-¥12.50'])
  expect([5000, -1250, 0].map(signedYuan)).toEqual(['+50.00', '-12.50', '0.00'])
})
