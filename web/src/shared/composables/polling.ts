import { onBeforeUnmount, onMounted } from 'vue'

/**
 * Repeats `tick` while the page is visible. `interval` says when next, in milliseconds; `null` stops until the page is
 * shown again. A tick never overlaps the one before.
 */
export function usePolling(tick: () => Promise<void>, interval: () => number | null): { restart: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null
  let isAlive = false
  let isBusy = false

  function plan(): void {
    stop()
    const wait = interval()
    if (isAlive && !document.hidden && wait !== null) timer = setTimeout(() => void run(), wait)
  }

  async function run(): Promise<void> {
    if (isBusy) return
    isBusy = true
    try {
      await tick()
    } finally {
      isBusy = false
      plan()
    }
  }

  function stop(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  function onVisibility(): void {
    if (document.hidden) stop()
    else if (interval() !== null) void run()
  }

  onMounted(() => {
    isAlive = true
    document.addEventListener('visibilitychange', onVisibility)
    plan()
  })
  onBeforeUnmount(() => {
    isAlive = false
    stop()
    document.removeEventListener('visibilitychange', onVisibility)
  })
  return { restart: plan }
}
