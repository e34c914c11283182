import type { BindingEvent, BoundUser } from '@/shared/api/canteenOfficeTypes'
import type { StatusWord } from '@/shared/status'
import { formatStamp, parse } from '@/shared/time'

export const BINDINGS: Record<BoundUser['status'], StatusWord> = {
  bound: { word: '已绑定', tone: 'ready' },
  ended: { word: '已解绑', tone: 'ended' },
}

/** How a binding ended. */
const ENDS: Record<NonNullable<BoundUser['how_ended']>, string> = {
  user: '用户自行解绑',
  changed: '改绑其他账户',
  moved: '被另一微信用户绑定',
  office: '管理员解绑',
}

export function endWords({ how_ended }: Pick<BoundUser, 'how_ended'>): string {
  return how_ended ? ENDS[how_ended] : ''
}

/** The history for the time line, which wants the oldest first. */
export function historyLines(history: readonly BindingEvent[]): { at: string; text: string; detail: string }[] {
  return history
    .map(({ at, what, account_no, phone_masked, by, reason }) => ({
      at,
      text: what === 'bound' ? '绑定餐卡' : ENDS[what],
      detail: [`账号 ${account_no}`, phone_masked, by, reason].filter(Boolean).join(' · '),
    }))
    .reverse()
}

export function bindingFacts(user: BoundUser & { phone?: string }): [string, string | null][] {
  return [
    ['微信昵称', user.nickname || '微信用户'],
    ['持卡人', user.name_masked],
    ['工号', user.staff_no],
    ['餐卡账号', user.account_no],
    ['手机号', user.phone || user.phone_masked],
    ['绑定时间', formatStamp(parse(user.bound_at))],
    ['解绑时间', user.ended_at ? formatStamp(parse(user.ended_at)) : null],
    ['解绑原因', [endWords(user), user.end_reason].filter(Boolean).join('：') || null],
  ]
}
