import type { ImportFile, ImportKind, ImportState, Migration, MigrationStage } from './api/types'
import type { StatusWord } from './status'

/** Words of 账号迁移: where an account and a file stand, and what each column is called. */
export const MIGRATION_STAGES: Record<MigrationStage, StatusWord> = {
  new: { word: '未开始', tone: 'ended' },
  pulling: { word: '正在拉取', tone: 'busy' },
  pulled: { word: '已拉取', tone: 'waiting' },
  converting: { word: '正在转换', tone: 'busy' },
  converted: { word: '已转换', tone: 'ready' },
  paused: { word: '已暂停', tone: 'waiting' },
  waiting: { word: '等待重试', tone: 'waiting' },
  stopped: { word: '已停止', tone: 'failed' },
}

export const IMPORT_KINDS: Record<ImportKind, string> = {
  followers: 'openid 列表',
  phones: '手机绑定',
  drivers: '司机档案',
  vehicles: '车辆档案',
}

/** Columns of each kind, as the header must name them; those in brackets may be left out. */
export const IMPORT_COLUMNS: Record<ImportKind, string> = {
  followers: '原openid（每行一个，也可以没有表头）',
  phones: '原openid、手机号、（姓名）',
  drivers: '原openid、姓名、手机号、（身份证号）、（从业资格证号）、（资格证有效期）',
  vehicles: '原openid、车牌号、（挂车车牌号）、（准运介质）、（年检有效期）',
}

export const IMPORT_STATES: Record<ImportState, StatusWord> = {
  uploading: { word: '没有传完', tone: 'waiting' },
  checking: { word: '正在检查', tone: 'busy' },
  checked: { word: '已检查', tone: 'waiting' },
  importing: { word: '正在导入', tone: 'busy' },
  done: { word: '已导入', tone: 'ready' },
  unreadable: { word: '无法读取', tone: 'failed' },
  discarded: { word: '已丢弃', tone: 'ended' },
}

const FIELDS: Record<string, string> = {
  phone: '手机号',
  name: '姓名',
  id_number: '身份证号',
  licence_number: '从业资格证号',
  licence_until: '资格证有效期',
  plate_number: '车牌号',
  trailer_plate: '挂车车牌号',
  cargo: '准运介质',
  inspection_until: '年检有效期',
}
const OUTCOMES: Record<string, string> = { created: '新增', updated: '更新', unchanged: '未变', failed: '失败' }

export const fieldWord = (name: string): string => FIELDS[name] ?? name

/** `新增 12，失败 3`; before the import what the check found. */
export function importWords(file: ImportFile): string {
  if (file.state === 'unreadable') return file.problem
  if (Object.keys(file.outcomes).length) {
    const known = Object.entries(OUTCOMES).filter(([name]) => file.outcomes[name])
    return known.map(([name, word]) => `${word} ${file.outcomes[name]}`).join('，')
  }
  return file.rows ? `可导入 ${file.good} 行，有问题 ${file.bad} 行` : ''
}

/** Part of the lines that the pass under way has seen, in percent. */
export function importPercent(file: ImportFile): number {
  return file.rows ? Math.round((file.next_row / file.rows) * 100) : 0
}

/** Part of the known followers that have their result, in percent; not 100 before the last one. */
export function settledPercent(migration: Migration): number {
  const settled = migration.converted + migration.failed
  return migration.pulled ? Math.floor((settled / migration.pulled) * 100) : 0
}

export const isRunning = (stage: MigrationStage): boolean => stage === 'pulling' || stage === 'converting'

/** What goes on, or what to do next, one sentence per stage. */
export function nextStep(migration: Migration): string {
  const steps: Record<MigrationStage, string> = {
    new: '在原公众号冻结之前拉取粉丝；没有接口权限时，导入 openid 列表。',
    pulling: '每分钟拉取一批，可以离开本页。',
    pulled: '迁移审核通过后 15 天内开始转换。冻结前可以再拉取一次，补上新粉丝。',
    converting: '每分钟转换一批，可以离开本页。',
    converted: migration.failed ? '转换失败的名单可以导出核对，也可以再试一次。' : '全部转换完成。',
    paused: '不会再调用微信，点“继续”接着做。',
    waiting: '到时间自动继续，也可以立即继续。',
    stopped: '处理原因后点“继续”，或重新开始。',
  }
  return steps[migration.stage]
}
