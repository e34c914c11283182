import { expect, it } from 'vitest'
import type { OfficeTopUp } from '@/shared/api/canteenOfficeTypes'
import { courseOf, needOf, statusOf } from './words'

const topUp = (change: Partial<OfficeTopUp>): OfficeTopUp =>
  ({
    status: 'created',
    status_text: '待支付',
    problem_text: null,
    wish: null,
    time_line: [],
    ...change,
  }) as OfficeTopUp
const wish = { by: 'u1', by_name: '郭丽华', reason: '食堂停机', at: '2026-11-25T00:00:00Z' }

it('says whether a person has to look, and who', () => {
  expect(needOf(topUp({}))).toBeNull()
  expect(needOf(topUp({ problem_text: '商户号余额不足' }))).toBe('商户号余额不足')
  expect(needOf(topUp({ wish: { ...wish, is_mine: false } }))).toBe('退款待您确认')
  expect(needOf(topUp({ wish: { ...wish, is_mine: true } }))).toContain('另一位管理员')
})

it("keeps the server's word and names who did what", () => {
  expect(statusOf(topUp({ status_text: '已退款' }))).toEqual({ word: '已退款', tone: 'waiting' })
  const line = { name: 'refund_asked', text: '申请退款', at: '2026-11-25T00:00:00Z' }
  expect(courseOf(topUp({ time_line: [{ ...line, by: '郭丽华', note: '食堂停机' }] }))[0]?.detail).toBe(
    '郭丽华 · 食堂停机',
  )
  expect(courseOf(topUp({ time_line: [{ ...line, by: null, note: '' }] }))[0]?.detail).toBe('')
})
