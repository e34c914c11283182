import type { ProductSettings, Stock } from '@/shared/api/logisticsOfficeTypes'

/** A product's rules as the form holds them; the reason and the version that was seen are not part of them. */
export type Rules = Omit<ProductSettings, 'reason' | 'version'>

export const NEW_RULES: Rules = {
  code: '',
  name: '',
  hazardous: true,
  hazard_class: '',
  un_no: '',
  keeps_stock: true,
  threshold: '0.000',
  hold_minutes: 240,
  warn_minutes: 30,
  in_use: true,
}

export function rulesOf(stock: Stock): Rules {
  const { code, name, hazardous, hazard_class, un_no, keeps_stock, threshold, hold_minutes, warn_minutes, in_use } =
    stock
  return { code, name, hazardous, hazard_class, un_no, keeps_stock, threshold, hold_minutes, warn_minutes, in_use }
}

/** After a conflict: what the editor changed stays, everything else is as somebody else has just saved it. */
export function mergeRules(edited: Rules, seen: Rules, fresh: Rules): Rules {
  const merged: Record<string, unknown> = { ...fresh }
  for (const key of Object.keys(edited) as (keyof Rules)[]) {
    if (edited[key] !== seen[key]) merged[key] = edited[key]
  }
  return merged as unknown as Rules
}

/** What is wrong with a form before it is sent, by field; the server judges again. */
export function ruleProblems(rules: Rules, reason: string): Record<string, string> {
  const found: Record<string, string> = {}
  if (!/^[A-Z0-9-]{2,16}$/.test(rules.code)) found['code'] = '2–16 位大写字母、数字或连字符'
  if (!rules.name.trim()) found['name'] = '请填写名称'
  if (rules.hazardous && !rules.hazard_class) found['hazard_class'] = '危险品请填写类别，例如 8'
  if (rules.hazardous && !rules.un_no) found['un_no'] = '危险品请填写 UN 号，例如 1824'
  if (rules.un_no && !/^\d{4}$/.test(rules.un_no)) found['un_no'] = 'UN 号是 4 位数字'
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(rules.threshold)) found['threshold'] = '请填写吨数，最多三位小数'
  if (rules.warn_minutes >= rules.hold_minutes) found['warn_minutes'] = '提醒要早于时限，应小于占用时限'
  if (reason.trim().length < 2) found['reason'] = '请填写原因，至少 2 个字'
  return found
}
