import { computed, ref, shallowRef } from 'vue'
import { ApiError, errorWords, type ErrorWords, fieldErrors } from '@/shared/api/errors'
import type { HostCandidate } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { visitors } from '../http'

/** Looks for the host; a newer search replaces what an older one found. */
export function useHostSearch() {
  const query = ref('')
  const found = shallowRef<HostCandidate[] | null>(null)
  const asked = ref('')

  const search = useAction(async () => {
    const text = query.value.trim()
    if (text.length < 2) return
    found.value = null
    asked.value = text
    found.value = await visitors.findHosts(text)
  })

  const words = computed<ErrorWords | null>(() => {
    const error = search.error.value
    if (!error) return null
    const field = fieldErrors(error)['query']
    if (field) return { title: field, next: '' }
    // The register cannot be asked now: the words already say to fill the fields in by hand.
    return error instanceof ApiError && error.code === 'host_search_unavailable'
      ? { title: error.message, next: '' }
      : errorWords(error)
  })

  return {
    query,
    asked,
    found,
    isBusy: search.isBusy,
    words,
    canSearch: computed(() => query.value.trim().length >= 2),
    search: search.run,
  }
}
