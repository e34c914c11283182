import type { Card } from '@/shared/api/canteenTypes'

/** The canteen has not said yet whether it took it. */
export function isBeingTold({ state }: Pick<Card, 'state'>): boolean {
  return state === 'reporting' || state === 'finding'
}

/** What to do now with a card; the canteen's own sentence first. */
export function cardAdvice({ state, message, can_report_found }: Card, contact: string): string {
  if (state === 'reporting') return message || '已受理，正在通知食堂停用这张卡；食堂系统恢复后自动完成，无需重复操作。'
  if (state === 'finding') return message || '正在通知食堂恢复这张卡。'
  if (state === 'lost' && !can_report_found)
    return message || `这张卡已停用，余额不受影响。解除挂失或补卡，请到食堂卡务窗口办理（${contact}）。`
  if (state === 'lost') return message || '这张卡已停用，余额不受影响。找到后可以解除挂失。'
  if (state === 'refused') return message || `食堂没有受理，请马上联系${contact}。`
  return message
}
