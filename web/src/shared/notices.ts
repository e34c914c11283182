import type { SentNotice } from './api/types'
import { pushKind, pushProblem } from './pushes'
import type { StatusWord } from './status'

export const NOTICE_RESULTS: Record<SentNotice['result'], StatusWord> = {
  waiting: { word: '等待重发', tone: 'waiting' },
  accepted: { word: '微信已接收', tone: 'busy' },
  delivered: { word: '已送达', tone: 'ready' },
  blocked: { word: '用户拒收', tone: 'failed' },
  failed: { word: '没有送达', tone: 'failed' },
  unneeded: { word: '无需发送', tone: 'ended' },
}

/** What a message tells. */
export function noticeKind(kind: string): string {
  return pushKind(kind).replace('通知：', '')
}

/** Why a message has not arrived and what to do; a sentence about its state where nothing is wrong. */
export function noticeWords({ result, error_code }: Pick<SentNotice, 'result' | 'error_code'>): string {
  if (error_code) return pushProblem({ peer: 'wechat', error_code, error_message: null })
  if (result === 'accepted') return '微信已接收，还没有给出送达结果'
  if (result === 'unneeded') return '轮到发送时情况已变化，没有发送'
  return '—'
}
