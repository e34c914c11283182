/** Offered with one tap; anything else can be typed. */
export const VISIT_PURPOSES = ['业务洽谈', '设备检修', '送货取样', '检查审计', '参观交流'] as const
export const REFUSAL_REASONS = [
  '被访人不在厂内',
  '时间不合适，请改期',
  '信息不完整',
  '未事先联系',
  '当天厂区不接待',
] as const

export const REASON_MAX = 100
