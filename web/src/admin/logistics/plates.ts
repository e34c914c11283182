/** A number plate as it is stored: capitals, half-width, without spaces and dots between. */
export function plateOf(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s·•.-]/g, '')
}
