import type { Router } from 'vue-router'

/**
 * Replaces this page by another one. A popup of this page that is an entry of its own in the history is closed first, so
 * that "back" does not lead into a form that was already sent.
 */
export async function leaveTo(router: Router, target: string): Promise<void> {
  const back: unknown = history.state?.back
  const here = router.currentRoute.value.path
  if (typeof back === 'string' && router.resolve(back).path === here) {
    await new Promise<void>((resolve) => {
      const stop = router.afterEach(() => {
        stop()
        resolve()
      })
      router.back()
    })
  }
  await router.replace(target)
}
