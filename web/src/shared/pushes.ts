import type { Push } from './api/types'
import type { StatusWord } from './status'

export const PUSH_STATES: Record<Push['state'], StatusWord> = {
  pending: { word: '等待下发', tone: 'waiting' },
  failed: { word: '下发失败', tone: 'failed' },
  done: { word: '已下发', tone: 'ready' },
}

const KINDS: Record<string, string> = {
  'visit.register': '登记访客',
  'visit.rights': '核对闸机权限',
  'visit.revoke': '撤销访客权限',
}

/** What a push does, in words; an unknown kind is shown as it came. */
export function pushKind(kind: string): string {
  return KINDS[kind] ?? kind
}

/** The id of the visit a push is about (`visit:<id>`), or `null` for another object. */
export function visitOf(subject: string): string | null {
  const [kind, id] = subject.split(':')
  return kind === 'visit' && id ? id : null
}
