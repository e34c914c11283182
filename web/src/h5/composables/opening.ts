import { onMounted, shallowRef } from 'vue'
import { visitors } from '../http'
import { ALWAYS_OPEN, readOpening } from '../reservation/opening'

const opening = shallowRef(ALWAYS_OPEN)

/** The plant's hours, read anew by each form. Until they are known everything is offered, and the server decides. */
export function useOpening() {
  onMounted(async () => {
    try {
      opening.value = readOpening(await visitors.openingHours())
    } catch {
      // Without them the server's answer says what is wrong.
    }
  })
  return opening
}
