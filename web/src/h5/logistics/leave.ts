import type { Router } from 'vue-router'

/** To where one came from; without a page before this one to its parent. */
export async function backOr(router: Router, parent: string): Promise<void> {
  if (typeof history.state?.back === 'string') router.back()
  else await router.replace(parent)
}
