import { describe, expect, it } from 'vitest'
import { leWords } from './le'

const NOW = Date.parse('2026-11-26T08:00:00Z')
const place = { pending: 0, failed: 0, oldest_pending_at: null, polled_at: '2026-11-26T07:59:30Z' }

describe('the line to LE', () => {
  it('is quiet when everything is through', () => {
    expect(leWords(place, NOW)).toEqual({
      text: '同步正常，全部已推送',
      tone: 'ready',
      polled: '30 秒前有答复',
      state: null,
    })
  })
  it('does not worry about what was written a moment ago', () => {
    const fresh = { ...place, pending: 2, oldest_pending_at: '2026-11-26T07:59:00Z' }
    expect(leWords(fresh, NOW)).toMatchObject({ text: '同步正常，2 条等待推送', tone: 'ready' })
  })
  it('says since when pushes wait', () => {
    const late = { ...place, pending: 3, oldest_pending_at: '2026-11-26T07:40:00Z' }
    expect(leWords(late, NOW)).toMatchObject({ tone: 'waiting', state: 'pending' })
    expect(leWords(late, NOW).text).toContain('3 条等待推送，最早的从 2026-11-26 15:40 起')
  })
  it('puts failures first', () => {
    const failed = { ...place, pending: 3, failed: 1, oldest_pending_at: '2026-11-26T07:40:00Z' }
    expect(leWords(failed, NOW)).toMatchObject({
      text: '1 条推送失败，需要处理；3 条等待推送',
      tone: 'failed',
      state: 'failed',
    })
  })
  it('warns of silence, and of a state that cannot be read', () => {
    expect(leWords({ ...place, polled_at: '2026-11-26T07:50:00Z' }, NOW)).toMatchObject({ tone: 'waiting' })
    expect(leWords({ ...place, polled_at: null }, NOW)).toMatchObject({ tone: 'waiting', polled: '还没有答复过' })
    expect(leWords(null, NOW).tone).toBe('ended')
  })
})
