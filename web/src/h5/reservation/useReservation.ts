import { computed, reactive, ref, watch } from 'vue'
import { ApiError, fieldErrors } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { newId } from '@/shared/ids'
import { useAction } from '@/shared/composables/action'
import { keepVisit } from '../composables/keptVisits'
import { visitors } from '../http'
import { dropDraft, openDraft, saveDraft } from './draft'
import { emptyForm, formProblems, toRequest } from './form'
import type { Problems } from './rules'

/** The reservation form: draft, checks, and a submission that can be repeated without making a second visit. */
export function useReservation(userId: string, onDone: (visit: Visit) => Promise<void>) {
  const draft = reactive(openDraft(userId, Date.now()))
  const isChecked = ref(false)
  const refused = ref<Problems>({})
  let isDone = false

  watch(
    draft,
    () => {
      if (!isDone) saveDraft(userId, draft, Date.now())
    },
    { deep: true },
  )
  watch(
    () => draft.form,
    () => (refused.value = {}),
    { deep: true },
  )

  const problems = computed<Problems>(() =>
    isChecked.value ? { ...refused.value, ...formProblems(draft.form, Date.now()) } : refused.value,
  )

  /** True when the form may be sent; from then on mistakes are marked while typing. */
  function check(): boolean {
    isChecked.value = true
    return Object.keys(formProblems(draft.form, Date.now())).length === 0
  }

  const submission = useAction(async () => {
    try {
      const visit = await visitors.reserve(toRequest(draft.form, draft.requestId))
      isDone = true
      dropDraft(userId)
      keepVisit(userId, visit, Date.now())
      await onDone(visit)
    } catch (error) {
      refused.value = fieldErrors(error)
      throw error
    }
  })

  /** An earlier sending of this form arrived after all, with other content than it has now. */
  const isSentBefore = computed(
    () => submission.error.value instanceof ApiError && submission.error.value.code === 'visit_request_reused',
  )

  return {
    draft,
    problems,
    isSentBefore,
    check,
    submission,
    submitAsNew: (): Promise<void> => {
      draft.requestId = newId()
      return submission.run()
    },
    clear: (): void => {
      Object.assign(draft, { form: emptyForm(), requestId: newId() })
      isChecked.value = false
    },
  }
}
