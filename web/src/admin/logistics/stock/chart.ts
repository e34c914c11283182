import type { SeriesPoint } from '@/shared/api/logisticsOfficeTypes'
import { differenceOf } from '@/shared/quantities'
import { chartStamp, chartTime, frame, onSite, type Palette } from '../../charts/look'

type Value = [time: number, tonnes: string | null]

const NAMES = { stock: '库存', held: '占用', kept: '阈值', free: '可用' } as const

/** The four quantities over time; where the stock was not confirmed there is a gap. */
export function stockLines(points: readonly SeriesPoint[]): Record<keyof typeof NAMES, Value[]> {
  const line = (value: (point: SeriesPoint) => string | null): Value[] =>
    points.map((point) => [chartTime(point.at), value(point)])
  return {
    stock: line(({ stock }) => stock),
    held: line(({ held }) => held),
    kept: line(({ threshold }) => threshold),
    free: line(({ stock, held, threshold }) => stock && differenceOf(differenceOf(stock, held), threshold)),
  }
}

interface Hovered {
  seriesName?: string
  value?: unknown
}

function hovered(rows: Hovered[]): string {
  const time = (rows[0]?.value as Value | undefined)?.[0]
  const lines = rows.map(({ seriesName, value }) => `${seriesName}  ${(value as Value)[1] ?? '未确认'}`)
  return [time === undefined ? '' : chartStamp(time), ...lines].join('\n')
}

export function stockOption(points: readonly SeriesPoint[], bounds: { from: number; to: number }, colours: Palette) {
  const lines = stockLines(points)
  const look = frame(colours)
  const series = (Object.keys(NAMES) as (keyof typeof NAMES)[]).map((key) => ({
    ...{ type: 'line', name: NAMES[key], data: lines[key], showSymbol: points.length < 3, connectNulls: false },
    ...{ itemStyle: { color: colours[key] }, step: key === 'kept' || key === 'held' ? 'end' : false },
    lineStyle: { width: key === 'kept' ? 1.5 : 2, type: key === 'kept' ? 'dashed' : 'solid' },
    ...(key === 'held' && { areaStyle: { opacity: 0.18 } }),
  }))
  return {
    ...look,
    tooltip: { ...look.tooltip, formatter: (rows: unknown) => hovered(rows as Hovered[]) },
    xAxis: {
      type: 'time',
      min: onSite(bounds.from),
      max: onSite(bounds.to),
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: {
        color: colours.ink,
        fontSize: 14,
        hideOverlap: true,
        formatter: { year: '{yyyy}', month: '{M}月', day: '{M}-{d}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' },
      },
    },
    yAxis: {
      type: 'value',
      axisLabel: { color: colours.ink, fontSize: 14 },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series,
  }
}
