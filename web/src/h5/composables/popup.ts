import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

const QUERY = 'open'

/** A popup that is a place in the history: the phone's back button closes it instead of leaving the page. */
export function usePopup(name: string): WritableComputedRef<boolean> {
  const route = useRoute()
  const router = useRouter()

  function open(): void {
    void router.push({ query: { ...route.query, [QUERY]: name } })
  }

  function close(): void {
    const previous = typeof history.state?.back === 'string' ? router.resolve(history.state.back) : null
    if (previous?.path === route.path && previous.query[QUERY] !== name) return router.back()
    void router.replace({ query: { ...route.query, [QUERY]: undefined } })
  }

  return computed({
    get: () => route.query[QUERY] === name,
    set: (isOpen) => {
      if (isOpen === (route.query[QUERY] === name)) return
      if (isOpen) open()
      else close()
    },
  })
}
