import { describe, expect, it } from 'vitest'
import type { Waiver } from '@/shared/api/logisticsOfficeTypes'
import { checkName, waivableChecks } from '@/shared/checks'
import { plateOf } from '../plates'
import { waiverProblems } from './form'
import { isOpen, momentOf, usualEnds, waiverState } from './state'

const NOW = Date.parse('2026-11-26T08:00:00Z')
const waiver = { used_by: null, withdrawn: false, valid_until: '2026-11-26T09:00:00Z' } as Waiver

describe('what has become of an exception', () => {
  it('is one thing at a time', () => {
    expect(waiverState(waiver, NOW).word).toBe('可使用')
    expect(waiverState({ ...waiver, valid_until: '2026-11-26T08:00:00Z' }, NOW).word).toBe('已过期')
    expect(waiverState({ ...waiver, used_by: 'R', valid_until: '2026-11-26T08:00:00Z' }, NOW).word).toBe('已使用')
    expect(waiverState({ ...waiver, withdrawn: true }, NOW).word).toBe('已撤回')
    expect([isOpen(waiver, NOW), isOpen({ ...waiver, used_by: 'R' }, NOW)]).toEqual([true, false])
  })
})

describe('a new exception', () => {
  const form = { plate: '闽A12345', codes: ['overload'], reason: '载质量录入有误', until: '2026-11-26 16:01' }
  it('needs a plate, checks, a reason and an end in the future', () => {
    expect(waiverProblems(form, NOW)).toEqual({})
    expect(
      Object.keys(waiverProblems({ plate: '闽A1', codes: [], reason: '急', until: '2026-11-26 16:00' }, NOW)),
    ).toEqual(['plate_number', 'codes', 'reason', 'valid_until'])
  })
  it('offers ends at the plant’s midnight', () => {
    expect(usualEnds(NOW).map(({ end }) => end)).toEqual(['2026-11-26 23:59', '2026-11-27 23:59', '2026-11-28 23:59'])
    expect(momentOf('2026-11-26 23:59')).toBe(Date.parse('2026-11-26T15:59:00Z'))
    expect(momentOf('')).toBeNull()
  })
  it('takes plates as people type them, and of a link only checks there are', () => {
    expect(plateOf(' 闽a·１2345 ')).toBe('闽A12345')
    expect(waivableChecks(['overload', 'driver_unknown', 'nonsense', 'overload'])).toEqual(['overload'])
    expect([checkName('overload'), checkName('nonsense')]).toEqual(['超过核定载质量', 'nonsense'])
  })
})
