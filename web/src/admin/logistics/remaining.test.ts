import { describe, expect, it } from 'vitest'
import { ageWords, minutesWords, remainingWords } from './remaining'

describe('what is left and how old something is', () => {
  it('counts down to the second in the last hour', () => {
    expect(remainingWords(7_500_000, 0)).toBe('2 小时 05 分')
    expect(remainingWords(3_600_000, 0)).toBe('1 小时 00 分')
    expect(remainingWords(3_599_999, 0)).toBe('59 分 59 秒')
    expect(remainingWords(9_000, 0)).toBe('0 分 09 秒')
    expect(remainingWords(0, 0)).toBe('已到时限')
  })
  it('says minutes as people do', () => {
    expect([240, 90, 45, 0].map(minutesWords)).toEqual(['4 小时', '1 小时 30 分', '45 分', '0 分'])
  })
  it('says an age, and never a negative one', () => {
    expect([ageWords(1000, 0), ageWords(0, 59_999), ageWords(0, 60_000), ageWords(0, 7_200_000)]).toEqual([
      '0 秒前',
      '59 秒前',
      '1 分钟前',
      '2 小时前',
    ])
  })
})
