import { describe, expect, it } from 'vitest'
import { mergeRules, NEW_RULES, ruleProblems } from './rules'

const seen = { ...NEW_RULES, code: 'NAOH32', name: '32% 液碱', threshold: '40.000', hazard_class: '8', un_no: '1824' }

describe('rules of a product', () => {
  it('keep what was edited and take over what somebody else saved', () => {
    const edited = { ...seen, hold_minutes: 120 }
    const fresh = { ...seen, threshold: '60.000', hold_minutes: 300 }
    expect(mergeRules(edited, seen, fresh)).toEqual({ ...seen, threshold: '60.000', hold_minutes: 120 })
  })
  it('are refused field by field', () => {
    expect(ruleProblems(seen, '检修')).toEqual({})
    const wrong = { ...seen, code: 'naoh', name: ' ', un_no: '18', threshold: '1.2345', warn_minutes: 240 }
    expect(Object.keys(ruleProblems(wrong, ' ')).sort()).toEqual(
      ['code', 'name', 'reason', 'threshold', 'un_no', 'warn_minutes'].sort(),
    )
    expect(ruleProblems({ ...seen, hazard_class: '', un_no: '' }, '检修')).toHaveProperty('hazard_class')
    expect(ruleProblems({ ...seen, hazardous: false, hazard_class: '', un_no: '' }, '检修')).toEqual({})
  })
})
