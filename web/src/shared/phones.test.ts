import { describe, expect, it } from 'vitest'
import { isPhone } from './phones'

describe('isPhone', () => {
  it.each(['13805910001', ' 138 0591-0001', '+86 13805910001', '0086-138-0591-0001', '１３８０５９１０００１'])(
    'knows %s as a number',
    (text) => expect(isPhone(text)).toBe(true),
  )
  it.each(['', '陈建国', '1380591000', '138059100011', '12805910001', '陈13805910001'])('leaves %s a name', (text) =>
    expect(isPhone(text)).toBe(false),
  )
})
