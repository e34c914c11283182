import type { Difference, Reconciliation } from '@/shared/api/canteenOfficeTypes'
import { formatStamp, parse } from '@/shared/time'
import { money, yuan } from '@/shared/money'

export interface Side {
  key: string
  name: string
  count: number
  fen: number
  /** Given back; the canteen knows of no refunds of ours. */
  refundFen: number | null
}

/** The three sides of a day, or of several days added up. */
export function sidesOf(days: readonly Reconciliation[]): Side[] {
  const sum = (of: (day: Reconciliation) => number): number => days.reduce((all, day) => all + of(day), 0)
  return [
    {
      ...{ key: 'bill', name: '微信账单', count: sum((day) => day.bill_count), fen: sum((day) => day.bill_fen) },
      refundFen: sum((day) => day.bill_refund_fen),
    },
    {
      ...{ key: 'ours', name: '本系统', count: sum((day) => day.ours_count), fen: sum((day) => day.ours_fen) },
      refundFen: sum((day) => day.ours_refund_fen),
    },
    {
      ...{ key: 'canteen', name: '食堂', count: sum((day) => day.canteen_count), fen: sum((day) => day.canteen_fen) },
      refundFen: null,
    },
  ]
}

/** `150.00 3 笔`, as the rows above have it. */
export function sideWords({ count, fen }: Side): string {
  return `${yuan(fen)} ${count} 笔`
}

export function ranWords({ ran_at }: Reconciliation): string {
  return ran_at ? `最近一次对账 ${formatStamp(parse(ran_at))}` : '还没有对账'
}

const known = (fen: number | null): string | null => (fen === null ? null : money(fen))

/** What each side says of a difference; a side that does not know it says 无. */
export function differenceFacts(found: Difference): [string, string | null][] {
  return [
    ['日期', found.day],
    ['微信账单', known(found.bill_fen) ?? '无'],
    ['本系统', known(found.ours_fen) ?? '无'],
    ['食堂', known(found.canteen_fen) ?? '无'],
    ['餐卡账号', found.account_no],
    ['发现时间', formatStamp(parse(found.found_at))],
  ]
}

/** The words of the button that does what is proposed; `null` when there is nothing to press. */
export const ACTIONS: Record<Difference['action'], string | null> = {
  retry_credit: '再次通知食堂入账',
  refund: '退款',
  query_payment: '查询微信并再次对账',
  look: null,
  none: null,
}
