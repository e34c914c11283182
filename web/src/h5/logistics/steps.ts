import { computed, type ComputedRef, type Ref, ref, watch } from 'vue'
import { useRoute, useRouter, type Router } from 'vue-router'
import type { StepKey } from './wizard'

const QUERY = 'step'

/**
 * The wizard's questions as places in the history: the phone's back button goes one question back. Each place knows where
 * the wizard began, so that all of them can be left at once.
 */
export function useSteps(steps: ComputedRef<StepKey[]>, firstOpen: () => StepKey, isReady: Ref<boolean>) {
  const route = useRoute()
  const router = useRouter()
  const hasSeenSummary = ref(false)

  const wanted = computed(() => steps.value.find((step) => step === route.query[QUERY]) ?? steps.value[0] ?? 'order')
  const position = computed(() => steps.value.indexOf(wanted.value))

  /** A place beyond the first missing answer leads to that answer. */
  watch(
    [isReady, wanted],
    () => {
      if (!isReady.value) return
      const open = firstOpen()
      if (steps.value.indexOf(open) < position.value) void router.replace(place(open))
      if (wanted.value === 'summary') hasSeenSummary.value = true
    },
    { immediate: true },
  )

  const place = (step: StepKey) => ({ query: { ...route.query, [QUERY]: step }, state: { wizardStart: startOf() } })
  const go = (step: StepKey): void => void router.push(place(step))

  /** Back to the summary from where one came to change something; else the next question. */
  const isReturning = computed(() => hasSeenSummary.value && wanted.value !== 'summary' && firstOpen() === 'summary')
  function next(): void {
    const following = steps.value[position.value + 1]
    if (isReturning.value) go('summary')
    else if (following) go(following)
  }

  return { step: wanted, position, isReturning, go, next }
}

function startOf(): number {
  const { wizardStart, position } = history.state as { wizardStart?: number; position?: number }
  return wizardStart ?? position ?? 0
}

/** Leaves all questions behind: "back" does not lead into a form that was already sent. */
export async function leaveSteps(router: Router, target: string): Promise<void> {
  const { position = 0 } = history.state as { position?: number }
  const behind = position - startOf()
  if (behind > 0) {
    await new Promise<void>((resolve) => {
      const stop = router.afterEach(() => {
        stop()
        resolve()
      })
      router.go(-behind)
    })
  }
  await router.replace(target)
}
