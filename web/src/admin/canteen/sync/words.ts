import type { CanteenSync, SyncRun } from '@/shared/api/canteenOfficeTypes'
import type { StatusWord } from '@/shared/status'

/** Unfinished pushes of one kind; the server counts them up to a limit. */
export function pushState(pending: number, failed: number, countedUpTo: number): StatusWord {
  const words = (count: number): string => (count < countedUpTo ? String(count) : `${count}+`)
  if (failed) return { word: `${words(failed)} 条失败`, tone: 'failed' }
  if (pending) return { word: `${words(pending)} 条等待`, tone: 'waiting' }
  return { word: '没有积压', tone: 'ready' }
}

/** How the copy of the canteen's records stands. */
export function rowsState({ last_run, is_caught_up }: CanteenSync): StatusWord {
  if (last_run?.state === 'failed') return { word: '同步失败', tone: 'failed' }
  if (last_run?.state === 'running') return { word: '正在同步', tone: 'busy' }
  if (!last_run) return { word: '尚未同步', tone: 'waiting' }
  return is_caught_up ? { word: '已同步到最新', tone: 'ready' } : { word: '还有待同步', tone: 'waiting' }
}

export function behindWords({ rows_behind, is_caught_up }: CanteenSync): string {
  if (rows_behind !== null) return rows_behind ? `还有 ${rows_behind.toLocaleString('en')} 条` : '没有待同步的记录'
  return is_caught_up ? '没有待同步的记录' : '食堂系统没有告知条数'
}

/** Seconds a run took, in words. */
export function tookWords({ started_at, ended_at, rows }: SyncRun): string {
  const seconds = ended_at ? Math.max(0, Math.round((Date.parse(ended_at) - Date.parse(started_at)) / 1000)) : null
  const read = `${rows.toLocaleString('en')} 条`
  return seconds === null ? `已读取 ${read}` : `读取 ${read}，用时${seconds ? ` ${seconds} ` : '不到 1 '}秒`
}
