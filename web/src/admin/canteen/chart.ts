import { frame, type Palette } from '../charts/look'
import { yuan } from '@/shared/money'

export interface Bars {
  name: string
  fen: number[]
}

const COLOURS = ['stock', 'held', 'free', '4', '5', 'kept'] as const

/** Money by day, one bar a day, stacked of the parts in `bars`; `notes` is a line more of a day's tooltip. */
export function moneyByDay(
  days: readonly string[],
  bars: readonly Bars[],
  colours: Palette,
  notes?: (day: string) => string,
) {
  const look = frame(colours)
  const axis = { axisLabel: { color: colours.ink, fontSize: 14, hideOverlap: true } }
  return {
    ...look,
    tooltip: {
      ...look.tooltip,
      axisPointer: { type: 'shadow' as const },
      formatter: (rows: unknown) => dayWords(days, bars, (rows as { dataIndex: number }[])[0]?.dataIndex ?? 0, notes),
    },
    xAxis: {
      ...{ type: 'category' as const, data: days.map((day) => day.slice(5)), axisTick: { show: false }, ...axis },
      axisLine: { lineStyle: { color: colours.line } },
    },
    yAxis: {
      ...{ type: 'value' as const, splitNumber: 3, splitLine: { lineStyle: { color: colours.line } } },
      axisLabel: { color: colours.ink, fontSize: 14, formatter: (value: number) => value.toLocaleString('en') },
    },
    series: bars.map(({ name, fen }, at) => ({
      ...{ type: 'bar' as const, stack: 'day', name, data: fen.map((one) => one / 100), barMaxWidth: 36 },
      itemStyle: { color: colours[COLOURS[at % COLOURS.length] ?? 'stock'] },
    })),
  }
}

/** What a day's tooltip says: its parts that are not nought, and their sum. */
export function dayWords(
  days: readonly string[],
  bars: readonly Bars[],
  at: number,
  notes?: (day: string) => string,
): string {
  const day = days[at] ?? ''
  const parts = bars.filter(({ fen }) => fen[at]).map(({ name, fen }) => `${name}  ¥${yuan(fen[at] ?? 0)}`)
  const sum = bars.reduce((all, { fen }) => all + (fen[at] ?? 0), 0)
  return [day, ...parts, ...(bars.length > 1 ? [`合计  ¥${yuan(sum)}`] : []), ...(notes ? [notes(day)] : [])].join('\n')
}
