import { onBeforeUnmount, onMounted, readonly, ref } from 'vue'
import { serverNow } from '@/shared/api/serverClock'

/** The time, every second while the page is visible: for countdowns. */
export function useNow(stepMs = 1000) {
  const now = ref(serverNow())
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = (): void => void (now.value = serverNow())

  function run(): void {
    clearInterval(timer)
    tick()
    if (!document.hidden) timer = setInterval(tick, stepMs)
  }

  onMounted(() => {
    run()
    document.addEventListener('visibilitychange', run)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', run)
  })
  return readonly(now)
}
