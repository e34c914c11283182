import { onBeforeUnmount, onMounted, ref } from 'vue'

/** What the device believes; a request may still fail while this says online. */
export function useOnline() {
  const isOnline = ref(navigator.onLine)
  const update = (): void => {
    isOnline.value = navigator.onLine
  }
  onMounted(() => {
    addEventListener('online', update)
    addEventListener('offline', update)
  })
  onBeforeUnmount(() => {
    removeEventListener('online', update)
    removeEventListener('offline', update)
  })
  return isOnline
}
