import { formatStamp, HOUR_MS, parse } from '@/shared/time'

/** Charts reckon in UTC with times moved to the plant's clock, so that days begin at its midnight on every computer. */
const SITE_OFFSET_MS = 8 * HOUR_MS

export const onSite = (ms: number): number => ms + SITE_OFFSET_MS
export const chartTime = (iso: string): number => onSite(parse(iso))
export const chartStamp = (time: number): string => formatStamp(time - SITE_OFFSET_MS)

const TOKENS = ['stock', 'held', 'free', 'kept', '4', '5'] as const
export type Palette = Record<(typeof TOKENS)[number] | 'ink' | 'line' | 'surface', string>

/** The theme's colours: a canvas does not know custom properties. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  const colours = Object.fromEntries(TOKENS.map((token) => [token, of(`--chart-${token}`)]))
  return { ...colours, ink: of('--ink-2'), line: of('--line'), surface: of('--surface') } as Palette
}

/** What every chart looks alike in. Its tooltip is drawn, not HTML: the pages' policy allows no inline style. */
export function frame(colours: Palette) {
  const text = { color: colours.ink, fontSize: 14 }
  return {
    useUTC: true,
    animation: false,
    textStyle: { fontFamily: 'sans-serif', color: colours.ink },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { top: 4, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 8, itemGap: 20, textStyle: text },
    tooltip: {
      trigger: 'axis' as const,
      renderMode: 'richText' as const,
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { ...text, lineHeight: 22 },
    },
  }
}
