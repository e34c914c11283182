import type { Account, CanteenRecord, TopUp } from '@/shared/api/canteenTypes'
import { money } from '@/shared/money'

/** Canteen objects for tests. */
export const NOW = Date.parse('2026-11-26T04:00:00Z')
const MINUTE_MS = 60_000

export function topUp(id: string, changes: Partial<TopUp> = {}): TopUp {
  const at = new Date(NOW).toISOString()
  const one: TopUp = {
    ...{ id, transaction_id: null, amount_fen: 10_000, status: 'created', status_text: '待支付', advice: '' },
    ...{ account_no: '60011001', name_masked: '王*峰', created_at: at, can_pay: true, paid_at: null },
    expires_at: new Date(NOW + 15 * MINUTE_MS).toISOString(),
    ...{ credited_at: null, balance_after_fen: null, refund: null, is_on_the_way: false },
    events: [{ name: 'created', text: `提交充值 ${money(10_000)}`, at }],
    ...changes,
  }
  return one
}

/** Paid and on its way. */
export function paid(id: string, changes: Partial<TopUp> = {}): TopUp {
  const before = topUp(id)
  const events = [...before.events, { name: 'paid', text: '微信支付成功', at: before.created_at }]
  const moving = { status: 'paid', status_text: '已支付，待入账', can_pay: false, is_on_the_way: true } as const
  return { ...before, ...moving, events, ...changes }
}

export function account(changes: Partial<Account> = {}): Account {
  const at = new Date(NOW).toISOString()
  return {
    bound: {
      ...{ account_no: '60011001', staff_no: 'A1001', name_masked: '王*峰' },
      ...{ phone_masked: '139****1111', bound_at: at },
    },
    ...{ suggested_phone: null, balance_fen: 8_650, purses: [], as_of: at, is_live: true, account_status: 'normal' },
    ...{ cards: [], contact: '食堂卡务' },
    ...changes,
  }
}

export function record(key: string, changes: Partial<CanteenRecord> = {}): CanteenRecord {
  const at = new Date(NOW).toISOString()
  return {
    ...{ key, occurred_at: at, posted_at: at, is_late: false, kind: 'consume', amount_fen: -1_250 },
    ...{ balance_after_fen: 7_400, merchant: '第一食堂', meal: 'lunch', top_up_id: null },
    ...changes,
  }
}
