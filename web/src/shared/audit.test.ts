import { describe, expect, it } from 'vitest'
import { actionWord, actorWord, changesOf, subjectPlace, subjectWords } from './audit'

describe('the audit log in words', () => {
  it('shows only what differs, in Chinese', () => {
    const before = { status: 'active', roles: [], version: 1 }
    const after = { status: 'active', roles: ['canteen', 'administrator'], version: 2 }
    expect(changesOf({ before, after })).toEqual([{ field: '权限', before: '无', after: '餐卡管理、系统管理员' }])
  })

  it('shows a reason and both states', () => {
    const changes = changesOf({ before: { status: 'active' }, after: { status: 'disabled', reason: '离职' } })
    expect(changes).toEqual([
      { field: '状态', before: '正常', after: '已停用' },
      { field: '原因', before: '无', after: '离职' },
    ])
  })

  it('has nothing to show for an entry without states', () => {
    expect(changesOf({ before: null, after: null })).toEqual([])
  })

  it('names actors, subjects and places', () => {
    expect(actorWord({ actor: 'command', actor_name: '' })).toBe('系统命令')
    expect(actorWord({ actor: 'wechat', actor_name: '' })).toBe('微信')
    expect(changesOf({ before: null, after: { reason: 'unsubscribe' } })[0]?.after).toBe('取消关注公众号')
    expect(actorWord({ actor: 'U1', actor_name: '黄志强' })).toBe('黄志强')
    expect(subjectWords({ subject: 'push:gate:visit:V1', subject_name: '' })).toEqual(['推送', 'gate:visit:V1'])
    expect(subjectWords({ subject: 'user:U1', subject_name: '陈建国' })).toEqual(['用户', '陈建国'])
    expect(subjectPlace('user:U1')).toEqual({ path: '/admin/users', query: { user: 'U1' } })
    expect(subjectPlace('menu:wx1')).toBeNull()
  })

  it('knows logistics, and where its objects are looked at', () => {
    expect(actionWord('waiver_added')).toBe('批准例外放行')
    expect(actorWord({ actor: 'registration:R1', actor_name: '' })).toBe('司机登记')
    expect(actorWord({ actor: 'repair_holds', actor_name: '' })).toBe('定时任务')
    expect(changesOf({ before: { held: '30.000' }, after: { held: '20.000', codes: ['overload'] } })).toEqual([
      { field: '占用合计（吨）', before: '30.000', after: '20.000' },
      { field: '检查', before: '无', after: '超过核定载质量' },
    ])
    expect(changesOf({ before: null, after: { valid_until: '2026-11-26T15:59:00.000Z' } })).toEqual([
      { field: '有效期至', before: '无', after: '2026-11-26 23:59' },
    ])
    expect(subjectWords({ subject: 'vehicle:闽A12345', subject_name: '' })).toEqual(['车辆', '闽A12345'])
    expect(subjectPlace('product:NAOH32')?.path).toBe('/admin/logistics/stock/NAOH32')
    expect(subjectPlace('registration:R1')?.query).toEqual({ registration: 'R1' })
    expect(subjectPlace('registrations:export')).toBeNull()
  })

  it('knows the canteen, its money in yuan', () => {
    expect(actionWord('top_up_refund_asked')).toBe('申请退款')
    expect(actorWord({ actor: 'wechat_pay', actor_name: '' })).toBe('微信支付')
    const after = { status: 'rejected', amount_fen: 30_000, note: 'canteen_account_closed' }
    expect(changesOf({ before: { status: 'crediting' }, after })).toEqual([
      { field: '状态', before: '充值处理中', after: '未受理' },
      { field: '金额', before: '无', after: '¥300.00' },
      { field: '说明', before: '无', after: '餐卡账户已销户，款项会自动退回' },
    ])
    expect(subjectWords({ subject: 'topup:T1', subject_name: '' })).toEqual(['充值', 'T1'])
    expect(subjectPlace('topup:T1')).toEqual({ path: '/admin/canteen/topups', query: { top_up: 'T1' } })
    expect(subjectPlace('reconciliation:2026-11-25')?.query).toEqual({ day: '2026-11-25' })
  })

  it('shows an unknown action as it came', () => {
    expect(actionWord('role_revoked')).toBe('取消权限')
    expect(actionWord('something_new')).toBe('something_new')
  })
})
