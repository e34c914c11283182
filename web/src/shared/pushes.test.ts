import { expect, it } from 'vitest'
import { pushKind, pushProblem, visitOf } from './pushes'

it('tells the office in Chinese, whatever the peer said', () => {
  expect(pushProblem({ error_code: 'host_unknown', error_message: 'no such person' })).toContain('没有这位被访人')
  expect(pushProblem({ error_code: 'brand_new', error_message: 'boom' })).toBe('门禁平台返回错误，请联系系统管理员')
  expect(pushProblem({ error_code: 'x', error_message: '平台维护中' })).toBe('平台维护中')
  expect(pushProblem({ peer: 'wechat', error_code: 'wechat_not_following', error_message: 'x' })).toContain('没有关注')
  expect(pushProblem({ peer: 'wechat', error_code: 'brand_new', error_message: 'x' })).toContain('微信返回错误')
  expect(pushProblem({ error_code: null, error_message: null })).toBe('—')
})

it('names a push and finds its visit', () => {
  expect(pushKind('visit.register')).toBe('登记访客')
  expect(pushKind('other.kind')).toBe('other.kind')
  expect(visitOf('visit:01J')).toBe('01J')
  expect(visitOf('user:1')).toBeNull()
})
