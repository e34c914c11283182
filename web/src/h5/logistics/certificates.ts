/** As the server takes a certificate's number. */
export function certificateProblem(text: string): string | null {
  return text.trim().length >= 4 ? null : '请填写证号'
}

/** Adds or takes one of several. */
export function toggled(chosen: readonly string[], key: string): string[] {
  return chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]
}
