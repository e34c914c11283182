import type { LaneDay } from '@/shared/api/logisticsOfficeTypes'
import { toKilograms, toTonnes } from '@/shared/quantities'
import { frame, type Palette } from '../../charts/look'

export const MEASURES = { trucks: '车数', net: '吨数' } as const
export type Measure = keyof typeof MEASURES

export interface Throughput {
  days: string[]
  lanes: { code: string; values: (string | number)[] }[]
}

/** Lanes and days as a table; a lane that did nothing on a day has a nought there. Days ascend, lanes by code. */
export function throughput(items: readonly LaneDay[], measure: Measure): Throughput {
  const days = [...new Set(items.map(({ day }) => day))].sort()
  const codes = [...new Set(items.map(({ lane_code }) => lane_code))].sort()
  const known = new Map(items.map((item) => [`${item.day} ${item.lane_code}`, item]))
  return {
    days,
    lanes: codes.map((code) => ({
      code,
      values: days.map((day) => known.get(`${day} ${code}`)?.[measure] ?? 0),
    })),
  }
}

/** What all lanes did together, day by day: trucks, or tonnes as text. */
export function totals({ days, lanes }: Throughput, measure: Measure): string[] {
  return days.map((_day, at) => {
    const values = lanes.map(({ values }) => values[at] ?? 0)
    if (measure === 'trucks') return String(values.reduce<number>((sum, value) => sum + Number(value), 0))
    return toTonnes(values.reduce<number>((sum, value) => sum + (toKilograms(String(value)) ?? 0), 0))
  })
}

const COLOURS = ['stock', 'held', 'free', '4', '5', 'kept'] as const

export function throughputOption(
  items: readonly LaneDay[],
  measure: Measure,
  nameOf: (code: string) => string,
  colours: Palette,
) {
  const table = throughput(items, measure)
  const sums = totals(table, measure)
  const look = frame(colours)
  const unit = measure === 'trucks' ? '车' : '吨'
  const hovered = (rows: { dataIndex: number; seriesName?: string; value?: unknown }[]): string => {
    const at = rows[0]?.dataIndex ?? 0
    const lines = rows
      .filter(({ value }) => Number(value))
      .map((row) => `${row.seriesName}  ${String(row.value)} ${unit}`)
    return [table.days[at], ...lines, `合计  ${sums[at]} ${unit}`].join('\n')
  }
  return {
    ...look,
    tooltip: { ...look.tooltip, axisPointer: { type: 'shadow' }, formatter: (rows: unknown) => hovered(rows as never) },
    xAxis: {
      type: 'category',
      data: table.days.map((day) => day.slice(5)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.ink, fontSize: 14, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: measure === 'trucks' ? 1 : 0,
      axisLabel: { color: colours.ink, fontSize: 14 },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: table.lanes.map(({ code, values }, at) => ({
      ...{ type: 'bar', stack: 'day', name: nameOf(code), data: values, barMaxWidth: 36 },
      itemStyle: { color: colours[COLOURS[at % COLOURS.length] ?? 'stock'] },
    })),
  }
}
