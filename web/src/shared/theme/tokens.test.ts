import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const css = readFileSync('src/shared/theme/tokens.css', 'utf8')
const token = (name: string): string => {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1]
  if (!found) throw new Error(`no colour ${name}`)
  return found
}

/** WCAG 2 relative luminance and contrast. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

it('measures contrast right', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

const TONES = ['waiting', 'ready', 'failed', 'ended', 'busy']
it.each([
  ...['ink', 'ink-2', 'ink-3', 'brand', 'accent'].flatMap((ink) => [
    [ink, 'surface'],
    [ink, 'ground'],
  ]),
  ['on-brand', 'brand'],
  ['on-brand', 'brand-deep'],
  ['on-brand', 'wechat'],
  ['brand-soft', 'brand'],
  ['on-brand', 'tone-failed'],
  ['brand-deep', 'brand-soft'],
  ['brand', 'brand-soft'],
  ...TONES.flatMap((tone) => [
    [`tone-${tone}`, `tone-${tone}-ground`],
    [`tone-${tone}`, 'surface'],
  ]),
])('%s on %s has a contrast of at least 4.5', (ink, ground) => {
  expect(contrast(token(ink ?? ''), token(ground ?? ''))).toBeGreaterThanOrEqual(4.5)
})
