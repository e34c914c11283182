import { describe, expect, it } from 'vitest'
import { noticeKind, noticeWords } from './notices'

describe('the words of a message to a user', () => {
  it.each([
    ['wechat_not_following', '关注公众号'],
    ['wechat_notice_declined', '电话'],
    ['wechat_user_blocked', '电话'],
    ['wechat_system_failed', '电话'],
    ['wechat_template_unknown', 'WechatTemplates'],
    ['wechat_quota_exhausted', '自动重试'],
  ])('%s says what to do now', (error_code, next) => {
    expect(noticeWords({ result: 'failed', error_code })).toContain(next)
  })

  it('says where it stands when nothing is wrong', () => {
    expect(noticeWords({ result: 'accepted', error_code: null })).toContain('还没有给出送达结果')
    expect(noticeWords({ result: 'delivered', error_code: null })).toBe('—')
    expect(noticeKind('visit_approved')).toBe('审核通过')
  })
})
