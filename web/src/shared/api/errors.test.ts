import { describe, expect, it } from 'vitest'
import { ApiError, decisionWords, errorSentence, errorWords, fieldErrors, NetworkError } from './errors'

describe('what a user is told', () => {
  it('shows the server’s own Chinese text of a refusal', () => {
    expect(
      errorWords(new ApiError(409, 'visit_already_decided', '这条预约已经由他人处理，请刷新后查看结果。')),
    ).toEqual({
      title: '这条预约已经由他人处理，请刷新后查看结果。',
      next: '',
    })
  })
  it('never shows a foreign text, and names the code', () => {
    const words = errorWords(new ApiError(403, 'weird', 'Forbidden'))
    expect(words.title).toBe('请求没有被接受')
    expect(words.next).toContain('weird')
  })
  it('says what to do without network, with a slow one, and on a server fault', () => {
    expect(errorSentence(new NetworkError(false))).toBe('网络不通。内容已保留，请检查网络后再试一次。')
    expect(errorWords(new NetworkError(true)).next).toContain('不会产生重复记录')
    expect(errorSentence(new ApiError(502, 'unknown', '', null, 'r-7'))).toBe('系统繁忙，请稍后重试。问题编号 r-7')
  })
  it('has words for a programming fault', () => {
    expect(errorWords(new TypeError('x')).title).toBe('页面出现异常')
  })
})

describe('field messages', () => {
  it('are keyed by the server’s path and survive odd details', () => {
    const detail = [{ field: 'host.phone', message: '请填写 11 位手机号码' }, { field: 3 }, null]
    expect(fieldErrors(new ApiError(400, 'invalid_input', '…', detail))).toEqual({
      'host.phone': '请填写 11 位手机号码',
    })
    expect(fieldErrors(new ApiError(400, 'invalid_input', '…'))).toEqual({})
    expect(fieldErrors(new NetworkError(false))).toEqual({})
  })
})

it('a lost race is told with what to do on the refreshed page', () => {
  expect(decisionWords(new ApiError(409, 'visit_already_decided', '…')).next).toContain('最新结果')
  expect(decisionWords(new NetworkError(false)).title).toBe('网络不通')
})
