import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { ApiError, fieldErrors } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { newId } from '@/shared/ids'
import { dropVisit, keepVisit } from '../composables/keptVisits'
import { visitors } from '../http'
import { type ChangedVisit, changedVisits, formOf, toChange } from './change'
import { emptyForm, formProblems } from './form'
import type { Problems } from './rules'

/** Changing a visit, or what is still open of its party: the form as it is, checks, and a repeatable submission. */
export function useChange(userId: string, id: string, isParty: boolean, onDone: (visit: Visit) => Promise<void>) {
  const form = reactive(emptyForm())
  const visits = shallowRef<Visit[]>([])
  const changed = shallowRef<ChangedVisit[]>([])
  const loadError = shallowRef<unknown>(null)
  const isLoaded = ref(false)
  const isChecked = ref(false)
  const isUnchanged = ref(false)
  const refused = ref<Problems>({})
  const requestId = newId()
  let keptStart: number | null = null

  async function fetchOpen(): Promise<Visit[]> {
    const visit = await visitors.visit(id)
    const party = isParty && visit.party ? await visitors.party(visit.party.id) : [visit]
    return party.filter(({ can_change }) => can_change)
  }

  async function load(): Promise<void> {
    loadError.value = null
    try {
      visits.value = await fetchOpen()
      Object.assign(form, formOf(visits.value))
      keptStart = form.startsAt
      isLoaded.value = true
    } catch (error) {
      loadError.value = error
    }
  }

  watch(form, () => {
    refused.value = {}
    isUnchanged.value = false
  })

  const now = Date.now
  const problems = computed<Problems>(() =>
    isChecked.value ? { ...refused.value, ...formProblems(form, now(), keptStart) } : refused.value,
  )

  /** True when there is something to send. */
  function check(): boolean {
    isChecked.value = true
    if (Object.keys(problems.value).length) return false
    changed.value = changedVisits(form, visits.value, now())
    isUnchanged.value = changed.value.length === 0
    return !isUnchanged.value
  }

  const submission = useAction(async () => {
    try {
      const visit = await visitors.change(toChange(form, changed.value, requestId))
      for (const old of changed.value) dropVisit(userId, old.visit.id)
      keepVisit(userId, visit, now())
      await onDone(visit)
    } catch (error) {
      refused.value = fieldErrors(error)
      if (error instanceof ApiError && error.code === 'visit_decided_meanwhile') await learnDecisions()
      throw error
    }
  })

  /** The owner was told: sent once more, the change gives up the approval knowingly. */
  async function learnDecisions(): Promise<void> {
    const fresh = await fetchOpen().catch(() => visits.value)
    const known = new Set(visits.value.map((visit) => visit.id))
    visits.value = fresh.filter((visit) => known.has(visit.id))
    changed.value = changedVisits(form, visits.value, now())
  }

  return { form, visits, changed, loadError, isLoaded, load, problems, isUnchanged, check, submission }
}
