import type { HostCandidate, OpeningHours, ReserveRequest } from '../src/shared/api/types'
import { Problem } from './routes.ts'

const STAFF: HostCandidate[] = [
  { choice: 'mock-wang', name: '王海峰', phone_masked: '139****1111', department: '生产技术部' },
  { choice: 'mock-fang', name: '王芳', phone_masked: '139****3333', department: '物资采购部' },
  { choice: 'mock-na', name: '李娜', phone_masked: '139****3333', department: '物资采购部' },
]

export const OPENING: OpeningHours = {
  always_open: false,
  weekdays: [1, 2, 3, 4, 5, 6, 7].map((day) => (day < 6 ? [{ start: '08:00', end: '17:30' }] : [])),
  closed_dates: [],
}

/** 停机 plays a register that cannot be asked. */
export function findHosts(body: unknown): HostCandidate[] {
  const { query } = body as { query: string }
  if (query === '停机') {
    throw new Problem(503, 'host_search_unavailable', '暂时查不到厂内人员，请直接填写被访人的姓名和手机号。')
  }
  return STAFF.filter(({ name, phone_masked }) => name === query || phone_masked.slice(-4) === query.slice(-4))
}

export function chosenHost(host: ReserveRequest['host']) {
  if (!('choice' in host)) return host
  const known = STAFF.find(({ choice }) => choice === host.choice)
  return { name: known?.name ?? '', phone: known?.phone_masked ?? '', job_number: null }
}
