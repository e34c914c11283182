import { parse } from './time'

/** Words of the events the server reports; an unknown event is shown as it came. */
const EVENTS: Record<string, string> = {
  submitted: '提交预约',
  approved: '审批通过',
  refused: '审批拒绝',
  cancelled: '取消预约',
  changed: '修改预约，由新的申请代替',
  change_submitted: '修改后重新提交',
  expired: '预约时间已过仍未审批，自动过期',
  ended: '访问时间结束',
  gate_registered: '门禁已登记，正在下发到闸机',
  gate_ready: '门禁已下发',
  gate_failed: '门禁下发失败',
  gate_revoked: '门禁权限已撤销',
  gate_sent_again: '重新下发到闸机',
  entered: '进入厂区',
  left: '离开厂区',
  signed_out: '门岗登记离厂',
  checked_out: '没有离厂记录，夜间自动登记离厂',
  park_accepted: '园区已受理',
  park_rejected: '园区拒绝',
  park_failed: '未能报送园区',
  park_cancelled: '园区登记已撤销',
  park_entered: '进入园区',
  park_left: '离开园区',
}

export interface TimelineEntry {
  at: number
  text: string
}

export function timelineEntries(entries: readonly { at: string; event: string }[]): TimelineEntry[] {
  return entries.map(({ at, event }) => ({ at: parse(at), text: EVENTS[event] ?? event }))
}
