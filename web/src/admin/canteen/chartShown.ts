import { computed, ref } from 'vue'

/** A chart takes its room from the rows: without a wish it is shown where the window is high enough for both. */
const HIGH_ENOUGH_PX = 860
const KEY = 'canteen-chart'

const wish = ref(readWish())

function readWish(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function useChartShown() {
  const isShown = computed(() => (wish.value ? wish.value === 'on' : window.innerHeight >= HIGH_ENOUGH_PX))
  function toggle(): void {
    wish.value = isShown.value ? 'off' : 'on'
    try {
      localStorage.setItem(KEY, wish.value)
    } catch {
      // Then it is asked again next time.
    }
  }
  return { isShown, toggle }
}
