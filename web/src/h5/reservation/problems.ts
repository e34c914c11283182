import { nextTick } from 'vue'

/** Brings the first field that is marked into sight. */
export async function showFirstProblem(): Promise<void> {
  await nextTick()
  document.querySelector('.van-field__error-message')?.scrollIntoView({ block: 'center', behavior: 'smooth' })
}
