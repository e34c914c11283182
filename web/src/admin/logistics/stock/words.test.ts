import { describe, expect, it } from 'vitest'
import type { Stock } from '@/shared/api/logisticsOfficeTypes'
import { problemWords, ruleChanges, stockState } from './words'

const stock = { keeps_stock: true, in_use: true, free: '8.000' } as Stock

describe('a stock in words', () => {
  it('is red when more is promised than there is, grey while nobody knows', () => {
    expect(stockState(stock)).toEqual({ word: '可提', tone: 'ready' })
    expect(stockState({ ...stock, free: '-0.001' }).tone).toBe('failed')
    expect(stockState({ ...stock, free: '0.999' })).toEqual({ word: '余量不足', tone: 'waiting' })
    expect(stockState({ ...stock, free: '1.000' }).word).toBe('可提')
    expect(stockState({ ...stock, free: null })).toEqual({ word: '未确认', tone: 'ended' })
    expect(stockState({ ...stock, keeps_stock: false, free: null }).word).toBe('不查库存')
    expect(stockState({ ...stock, in_use: false }).word).toBe('已停用')
  })
  it('never shows a bare code', () => {
    expect(problemWords(null)).toBe('')
    expect(problemWords('something_new')).toBe('库存未确认（something_new），请联系生产信息人员')
  })
})

describe('the history of the rules', () => {
  const at = { at: '', by: '', reason: '' }
  it('says only what changed, in the words of the form', () => {
    const before = { threshold: '40.000', hold_minutes: '240', in_use: 'True', version: '1' }
    const after = { threshold: '60.000', hold_minutes: '240', in_use: 'False', version: '2' }
    expect(ruleChanges({ ...at, before, after })).toEqual([
      { field: '库存阈值', text: '40.000 吨 → 60.000 吨' },
      { field: '启用', text: '是 → 否' },
    ])
  })
  it('says the first rules as they are', () => {
    expect(ruleChanges({ ...at, before: null, after: { warn_minutes: '30', un_no: '' } })).toEqual([
      { field: '提前提醒', text: '30 分' },
      { field: 'UN 号', text: '无' },
    ])
  })
})
