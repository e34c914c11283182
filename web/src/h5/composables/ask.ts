import { type DialogOptions, showConfirmDialog, showToast } from 'vant'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'

type Question = Pick<DialogOptions, 'title' | 'message'> & { yes: string; no: string }

/** Asks once, in a sentence; whether the answer was yes. */
export async function confirmed({ title, message, yes, no }: Question): Promise<boolean> {
  const options = { title, message, confirmButtonText: yes, cancelButtonText: no } as DialogOptions
  const answer = await showConfirmDialog(options).catch(() => null)
  return answer !== null
}

/** A word in passing. */
export function tell(text: string): void {
  showToast(text)
}
