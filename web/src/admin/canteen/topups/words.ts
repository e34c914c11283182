import type { OfficeTopUp } from '@/shared/api/canteenOfficeTypes'
import { TOP_UPS } from '@/shared/canteen'
import type { StatusWord } from '@/shared/status'
import { formatStamp, parse } from '@/shared/time'
import { money } from '@/shared/money'

const stamp = (iso: string | null): string | null => (iso ? formatStamp(parse(iso)) : null)

/** The server's word in the state's colour. */
export function statusOf({ status, status_text }: OfficeTopUp): StatusWord {
  return { word: status_text, tone: TOP_UPS[status].tone }
}

/** Why a person has to look, in a few words; `null` when it goes on by itself. */
export function needOf({ problem_text, wish }: OfficeTopUp): string | null {
  if (wish) return wish.is_mine ? '等另一位管理员确认' : '退款待您确认'
  return problem_text
}

export function moneyFacts(topUp: OfficeTopUp): [string, string | null][] {
  const { balance_after_fen: after } = topUp
  return [
    ['下单时间', stamp(topUp.created_at)],
    ['支付时间', stamp(topUp.paid_at)],
    ['入账时间', stamp(topUp.credited_at)],
    ['入账后余额', after === null ? null : money(after)],
  ]
}

export function holderFacts(topUp: OfficeTopUp): [string, string | null][] {
  return [
    ['微信用户', topUp.user_name || '微信用户'],
    ['持卡人', topUp.name_masked],
    ['工号', topUp.staff_no],
    ['餐卡账号', topUp.account_no],
  ]
}

export function refundFacts({ refund }: OfficeTopUp): [string, string | null][] {
  if (!refund) return []
  return [
    ['原因', refund.reason],
    ['申请时间', stamp(refund.asked_at)],
    ['到账时间', stamp(refund.settled_at) ?? '等待微信支付'],
  ]
}

/** The course for {@link EventLines}: what happened, by whom, with what note. */
export function courseOf({ time_line }: OfficeTopUp): { at: string; text: string; detail: string }[] {
  return time_line.map(({ at, text, by, note }) => ({ at, text, detail: [by, note].filter(Boolean).join(' · ') }))
}
