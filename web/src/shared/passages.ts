import type { Passage } from './api/types'
import type { StatusWord } from './status'

export const DIRECTIONS: Record<Passage['direction'], StatusWord> = {
  in: { word: '入厂', tone: 'busy' },
  out: { word: '离厂', tone: 'ended' },
}

export const CREDENTIALS: Record<Passage['credential'], string> = {
  qr: '二维码',
  card: '证件/卡',
  plate: '车牌',
  face: '人脸',
  '': '未说明',
}

/** What the office should notice about a passage. */
export const REMARKS: Record<NonNullable<Passage['remark']>, string> = {
  unknown_order: '不是本系统的预约（门岗或平台直接登记）',
  after_cancellation: '预约已取消，仍通行入厂，请核实',
  outside_window: '不在预约时间内入厂，请核实',
}
