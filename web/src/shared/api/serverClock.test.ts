import { afterEach, describe, expect, it, vi } from 'vitest'
import { noteServerTime, serverNow } from './serverClock'

const NOW = Date.parse('2026-11-26T08:00:00Z')

describe('the server clock', () => {
  afterEach(() => {
    noteServerTime(new Date(NOW).toUTCString(), NOW)
    vi.useRealTimers()
  })
  it('corrects a phone whose clock is wrong', () => {
    vi.useFakeTimers({ now: NOW })
    noteServerTime('Thu, 26 Nov 2026 08:10:00 GMT', NOW)
    expect(serverNow()).toBe(NOW + 600_000)
    noteServerTime(null, NOW)
    expect(serverNow()).toBe(NOW + 600_000)
  })
  it('takes a second or two for none', () => {
    vi.useFakeTimers({ now: NOW })
    noteServerTime('Thu, 26 Nov 2026 07:59:58 GMT', NOW)
    expect(serverNow()).toBe(NOW)
  })
})
