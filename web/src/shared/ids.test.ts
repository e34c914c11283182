import { expect, it } from 'vitest'
import { newId } from './ids'

it('is a version 4 UUID made of the random source', () => {
  const ones = { getRandomValues: <T extends ArrayBufferView | null>(array: T) => (fill(array), array) }
  expect(newId(ones as Pick<Crypto, 'getRandomValues'>)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff')
})

it('never repeats', () => {
  expect(new Set(Array.from({ length: 500 }, () => newId())).size).toBe(500)
})

function fill(array: ArrayBufferView | null): void {
  if (array instanceof Uint8Array) array.fill(255)
}
