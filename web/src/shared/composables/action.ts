import { ref, shallowRef } from 'vue'

/** Runs one thing at a time: a second tap while it is under way does nothing. The error of the last run is kept. */
export function useAction<A extends unknown[]>(work: (...args: A) => Promise<void>) {
  const isBusy = ref(false)
  const error = shallowRef<unknown>(null)

  async function run(...args: A): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    error.value = null
    try {
      await work(...args)
    } catch (caught) {
      error.value = caught
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, error, run }
}
