/**
 * How far the phone's clock is from the server's, from the `Date` of its answers. Headers have whole seconds and come late:
 * less than this is no difference.
 */
const TOLERANCE_MS = 5_000
let offset = 0

export function noteServerTime(header: string | null, receivedAt: number): void {
  const said = Date.parse(header ?? '')
  if (Number.isNaN(said)) return
  const found = said - receivedAt
  offset = Math.abs(found) > TOLERANCE_MS ? found : 0
}

/** The time now as the server has it: what runs out at the server runs out here at the same moment. */
export function serverNow(): number {
  return Date.now() + offset
}
