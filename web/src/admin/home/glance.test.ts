import { expect, it } from 'vitest'
import { countWords } from './glance'

it('counts what one page tells, and says when there is more', () => {
  expect(countWords({ items: [], next_cursor: null })).toBe('0')
  expect(countWords({ items: [1, 2], next_cursor: null })).toBe('2')
  expect(countWords({ items: [1, 2], next_cursor: 'x' })).toBe('2+')
})
