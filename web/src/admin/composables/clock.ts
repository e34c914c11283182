import { onBeforeUnmount, type Ref, ref } from 'vue'

/** Now, in epoch milliseconds, moving on while the page is shown. */
export function useNow(everyMs = 1000): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), everyMs)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
