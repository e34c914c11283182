import { expect, it } from 'vitest'
import { pushKind, pushProblem, subjectLink } from './pushes'

it('tells the office in Chinese, whatever the peer said', () => {
  expect(pushProblem({ error_code: 'host_unknown', error_message: 'no such person' })).toContain('没有这位被访人')
  expect(pushProblem({ error_code: 'brand_new', error_message: 'boom' })).toBe('门禁平台返回错误，请联系系统管理员')
  expect(pushProblem({ error_code: 'x', error_message: '平台维护中' })).toBe('平台维护中')
  expect(pushProblem({ peer: 'wechat', error_code: 'wechat_not_following', error_message: 'x' })).toContain('没有关注')
  expect(pushProblem({ peer: 'wechat', error_code: 'brand_new', error_message: 'x' })).toContain('微信返回错误')
  expect(pushProblem({ peer: 'le', error_code: 'le_order_closed', error_message: '订单已关' })).toContain('换订单')
  expect(pushProblem({ peer: 'le', error_code: 'le_declined', error_message: '停电' })).toBe('物流系统：停电')
  expect(pushProblem({ peer: 'le', error_code: 'brand_new', error_message: 'x' })).toContain('联系物流系统管理员')
  expect(pushProblem({ peer: 'canteen', error_code: 'answer_lost', error_message: '超时' })).toContain('不会重复入账')
  expect(pushProblem({ peer: 'canteen', error_code: 'brand_new', error_message: '账户异常' })).toBe('账户异常')
  expect(pushProblem({ peer: 'pay', error_code: 'brand_new', error_message: 'x' })).toContain('商户平台')
  expect(pushProblem({ peer: 'pay', error_code: 'refund_abnormal', error_message: null })).toContain('银行卡')
  expect(pushProblem({ error_code: null, error_message: null })).toBe('—')
})

it('names a push and finds what it is about', () => {
  expect(pushKind('visit.register')).toBe('登记访客')
  expect(pushKind('other.kind')).toBe('other.kind')
  expect(subjectLink('visit:01J')?.to.query).toEqual({ visit: '01J' })
  expect(subjectLink('vehicle:闽A12345:U1')).toMatchObject({ text: '查看车辆', to: { query: { search: '闽A12345' } } })
  expect(subjectLink('person:0a1b')?.to.path).toBe('/admin/logistics/people')
  expect(pushKind('topup.credit')).toBe('充值入账')
  expect(subjectLink('topup:01K')).toMatchObject({ text: '查看充值', to: { query: { top_up: '01K' } } })
  expect(subjectLink('user:1')).toBeNull()
})
