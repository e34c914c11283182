import { computed, ref, shallowRef } from 'vue'
import type { Visit } from '@/shared/api/types'
import { formatMoment, parse } from '@/shared/time'
import { visitors } from '../http'
import { keptVisits } from './keptVisits'
import { useSession } from './session'

const LIVE_STAGES = new Set<Visit['stage']>([
  'awaiting_approval',
  'awaiting_gate',
  'awaiting_park',
  'ready',
  'gate_failed',
  'park_rejected',
  'park_failed',
  'entered',
])

/** The visit that comes next (or is under way) among the latest ones. */
export function nextVisit(visits: readonly Visit[], now: number): Visit | null {
  return (
    visits
      .filter((visit) => LIVE_STAGES.has(visit.stage) && parse(visit.ends_at) > now)
      .sort((a, b) => parse(a.starts_at) - parse(b.starts_at))[0] ?? null
  )
}

/** A full page may hide more: the count is then a lower bound and says so. */
export function waitingWords(count: number, hasMore: boolean): string {
  return count === 0 ? '' : `${count}${hasMore ? '+' : ''} 条访客申请等您审批`
}

/** The live lines of the home page. Each part fails alone: a line without news never blocks the entrances. */
export function useHomeBoard() {
  const session = useSession()
  const next = shallowRef<Visit | null>(null)
  const isKnown = ref(false)
  const waitingText = ref('')

  async function loadNext(): Promise<void> {
    const now = Date.now()
    try {
      next.value = nextVisit((await visitors.visits(null)).items, now)
    } catch {
      const kept = keptVisits(session.user.value?.id ?? '').map(({ visit }) => visit)
      next.value = nextVisit(kept, now)
    }
    isKnown.value = true
  }

  async function loadWaiting(): Promise<void> {
    if (!session.isApprover.value) return
    try {
      const page = await visitors.approvals('waiting', null)
      waitingText.value = waitingWords(page.items.length, page.next_cursor !== null)
    } catch {
      waitingText.value = ''
    }
  }

  const visitorLine = computed(() => {
    if (next.value) return visitLine(parse(next.value.starts_at), parse(next.value.ends_at), Date.now())
    if (session.state.value === 'signed_out') return '登录后预约入厂、查看通行码'
    return isKnown.value ? '暂无待访问的预约' : '正在查询…'
  })

  return { next, visitorLine, waitingText, load: () => Promise.all([loadNext(), loadWaiting()]) }
}

/** The live line of the visitor entrance; a window that has begun is not "next" any more. */
export function visitLine(startsAt: number, endsAt: number, now: number): string {
  return startsAt <= now ? `正在进行，至 ${formatMoment(endsAt, now)}` : `下一次：${formatMoment(startsAt, now)}`
}
