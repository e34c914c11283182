/** The place inside this app that a scanned office QR code leads to; `null` for any other code. */
export function officePlace(scanned: string, origin: string): string | null {
  let url: URL
  try {
    url = new URL(scanned)
  } catch {
    return null
  }
  const isOurs = url.origin === origin && url.pathname === '/office-sign-in' && url.searchParams.has('ticket')
  return isOurs ? url.pathname + url.search : null
}
