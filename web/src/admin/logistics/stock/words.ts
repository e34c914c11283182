import type { Stock, SettingsChange, Tank } from '@/shared/api/logisticsOfficeTypes'
import type { StatusWord } from '@/shared/status'
import { minutesWords } from '../remaining'

/** Why a stock is not confirmed and what to do, by the server's code. */
const PROBLEMS: Record<string, string> = {
  no_tank_counts: '没有可计入的储罐：不在用、数据不合格或测量太旧',
  stock_not_looked_at: '还没有新的测量，每分钟自动读取一次',
  peer_unreachable: '连接不上罐区系统（MES），请联系生产信息人员',
  peer_not_trusted: '罐区系统（MES）的证书未通过校验，请联系系统管理员',
  answer_lost: '罐区系统（MES）没有按时答复，稍后会自动再读',
  answer_unreadable: '罐区系统（MES）的答复无法识别，请联系系统管理员',
  peer_failed: '罐区系统（MES）内部出错，请联系生产信息人员',
  peer_busy: '罐区系统（MES）繁忙，稍后会自动再读',
  wrong_address: '罐区系统（MES）没有这个接口，请联系系统管理员',
  mes_credentials_refused: '罐区系统（MES）拒绝了接入凭据，请联系系统管理员',
  mes_not_authorised: '罐区系统（MES）没有开放本厂区的权限，请联系其管理员',
}

/** Tonnes below which drivers read 余量不足, too. */
const WORTH_SHOWING = 1

/** A product's stock in one word; the reason follows in `problemWords`. */
export function stockState({ keeps_stock, in_use, free }: Stock): StatusWord {
  if (!in_use) return { word: '已停用', tone: 'ended' }
  if (!keeps_stock) return { word: '不查库存', tone: 'ended' }
  if (free === null) return { word: '未确认', tone: 'ended' }
  if (free.startsWith('-')) return { word: '超占', tone: 'failed' }
  return Number(free) < WORTH_SHOWING ? { word: '余量不足', tone: 'waiting' } : { word: '可提', tone: 'ready' }
}

export function problemWords(code: string | null): string {
  if (!code) return ''
  return PROBLEMS[code] ?? `库存未确认（${code}），请联系生产信息人员`
}

const TANK_STATES: Record<string, string> = {
  in_service: '在用',
  receiving: '进料中',
  sampling: '取样中',
  locked: '锁定',
  maintenance: '检修',
}
const QUALITIES: Record<string, string> = { good: '合格', uncertain: '可疑', bad: '不合格' }

export const tankState = ({ status }: Tank): string => TANK_STATES[status] ?? status
export const tankQuality = ({ quality }: Tank): string => QUALITIES[quality] ?? quality

const FIELDS: Record<string, string> = {
  held: '占用合计',
  code: '产品代码',
  name: '名称',
  hazardous: '危险化学品',
  hazard_class: '危险类别',
  un_no: 'UN 号',
  keeps_stock: '提货查库存',
  threshold: '库存阈值',
  hold_minutes: '占用时限',
  warn_minutes: '提前提醒',
  in_use: '启用',
}

function valueWords(field: string, value: string | undefined): string {
  if (value === undefined || value === '') return '无'
  if (field === 'threshold' || field === 'held') return `${value} 吨`
  if (field.endsWith('_minutes')) return minutesWords(Number(value))
  return { true: '是', false: '否' }[value.toLowerCase()] ?? value
}

/** What a change of the rules made different, before → after; of the first rules only what they are. */
export function ruleChanges({ before, after }: SettingsChange): { field: string; text: string }[] {
  return Object.keys(after)
    .filter((key) => key !== 'version' && before?.[key] !== after[key])
    .map((key) => {
      const now = valueWords(key, after[key])
      return { field: FIELDS[key] ?? key, text: before ? `${valueWords(key, before[key])} → ${now}` : now }
    })
}
