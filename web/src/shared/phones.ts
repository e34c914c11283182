/** A mobile number as the server keeps it, if it is one. */
export function normalisePhone(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s-]/g, '')
    .replace(/^(\+86|0086)/, '')
}

export function isPhone(text: string): boolean {
  return /^1[3-9][0-9]{9}$/.test(normalisePhone(text))
}
