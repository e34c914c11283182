import type { FaultyLine, ImportFile, Migration } from '../src/shared/api/types'

const DAY = 86_400_000
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

const EMPTY: Migration = {
  account: 'canteen',
  name: '东南餐饮管理',
  app_id: 'wx51b0c8d47e92fa63',
  raw_id: 'gh_9d20b7c4f1a8',
  stage: 'new',
  task: 'none',
  source_form: 'raw_id',
  approved_on: null,
  days_left: null,
  told_total: 0,
  pulled: 0,
  converted: 0,
  waiting: 0,
  failed: 0,
  reasons: [],
  trouble: null,
  retry_at: null,
  pulled_at: null,
}

export const MIGRATIONS: Migration[] = [
  EMPTY,
  {
    ...EMPTY,
    account: 'logistics',
    name: '东南智慧物流',
    app_id: 'wxe83f6a0d2c5b1947',
    raw_id: 'gh_46f8e1b07d35',
    stage: 'waiting',
    task: 'convert',
    approved_on: ago(4).slice(0, 10),
    days_left: 11,
    told_total: 20_000,
    pulled: 20_000,
    converted: 12_345,
    failed: 301,
    waiting: 7_354,
    reasons: [{ reason: 'not_follower', text: '不是原公众号现有的粉丝', count: 301 }],
    trouble: {
      code: 'wechat_quota_exhausted',
      text: '微信接口今日次数已用完，明日零点后自动继续。',
      message: 'reach max api daily quota limit (45009)',
      at: ago(0),
    },
    retry_at: new Date(Date.now() + DAY / 3).toISOString(),
  },
]

const FILE: ImportFile = {
  id: 'i-1',
  account: 'logistics',
  kind: 'drivers',
  file_name: '司机档案.csv',
  size: 120_000,
  state: 'checked',
  created_at: ago(0),
  created_by: '黄志强',
  chunks: 3,
  chunk_bytes: 40_000,
  encoding: 'GBK',
  rows: 1200,
  next_row: 1200,
  good: 1198,
  bad: 2,
  outcomes: {},
  problem: '',
  finished_at: null,
}

export const IMPORTS: ImportFile[] = [
  FILE,
  { ...FILE, id: 'i-2', kind: 'phones', state: 'unreadable', problem: '缺少“原openid”这一列，请核对表头后重新上传。' },
  { ...FILE, id: 'i-3', kind: 'vehicles', state: 'done', outcomes: { created: 310, unchanged: 12, failed: 2 } },
]

export const FAULTS: FaultyLine[] = [
  { id: '17', line: 17, faults: ['手机号：不是 11 位手机号码；若显示为科学计数，请把该列设为文本后重新导出'] },
  { id: '804', line: 804, faults: ['原openid：与第 12 行重复，只导入第 12 行'] },
]

/** An order changes the stage at once; here nothing works behind it. */
export function ordered(account: string | undefined, verb: string | undefined): Migration | undefined {
  const found = MIGRATIONS.find((one) => one.account === account)
  const stages: Record<string, Migration['stage']> = {
    pull: 'pulling',
    convert: 'converting',
    pause: 'paused',
    resume: 'converting',
  }
  return found && Object.assign(found, { stage: stages[verb ?? ''] ?? found.stage, trouble: null, retry_at: null })
}

export function moved(id: string | undefined, verb: string | undefined): ImportFile | undefined {
  const found = IMPORTS.find((one) => one.id === id)
  const states: Record<string, ImportFile['state']> = { run: 'importing', discard: 'discarded', check: 'checking' }
  return found && Object.assign(found, { state: states[verb ?? ''] ?? found.state })
}
