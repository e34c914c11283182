import { expect, it } from 'vitest'
import { safeReturnPath, signInError } from './signInErrors'

it('returns only to pages of this site', () => {
  expect(safeReturnPath('/visitor/visits/1?x=2')).toBe('/visitor/visits/1?x=2')
  for (const evil of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    undefined,
    ['/a'],
  ]) {
    expect(safeReturnPath(evil)).toBe('/')
  }
  expect(safeReturnPath('/sign-in?error=x')).toBe('/')
})

it('says what to do for every known reason and names an unknown one', () => {
  expect(signInError('snapshot_user').next).toContain('使用完整服务')
  expect(signInError('account_disabled').next).toContain('综合管理部')
  expect(signInError('new_code').next).toContain('new_code')
})
