import { describe, expect, it } from 'vitest'
import { type Content, differences } from './differences'

const NOW = Date.parse('2026-11-22T01:00:00Z')
const CONTENT: Content = {
  visitor: { name: '林晓雨', gender: 'female', phone: '13800000000', plate_number: null, id_number_masked: null },
  host: { name: '王海峰', phone: '13900001111', job_number: null },
  starts_at: '2026-11-22T02:00:00Z',
  ends_at: '2026-11-22T04:00:00Z',
  purpose: '设备检修',
}

describe('what a change made different', () => {
  it('is nothing when it says the same, however a moment is written', () => {
    expect(differences(CONTENT, { ...CONTENT, starts_at: '2026-11-22T10:00:00+08:00' }, NOW)).toEqual([])
  })
  it('is told before and after', () => {
    const after = {
      ...CONTENT,
      visitor: { ...CONTENT.visitor, plate_number: '闽A12345' },
      ends_at: '2026-11-22T05:00:00Z',
    }
    expect(differences(CONTENT, after, NOW)).toEqual([
      { label: '车牌', before: '无', after: '闽A12345' },
      { label: '时间', before: '今天 10:00 – 12:00', after: '今天 10:00 – 13:00' },
    ])
  })
})
