import { computed, reactive, shallowRef, watch } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { Registration, RegistrationKind } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { newId } from '@/shared/ids'
import { logistics } from '../http'
import { dropDraft, openDraft, saveDraft } from './draft'
import { type Choices, emptyForm, toRequest, withLastUsed } from './form'

const NOTHING: Choices = { orders: [], products: [], vehicles: [], people: [] }

/** The registration form: what it chooses from, its draft, and a sending that can be repeated without a second registration. */
export function useRegister(userId: string, kind: RegistrationKind, onDone: (made: Registration) => Promise<void>) {
  const draft = reactive(openDraft(userId, kind, Date.now()))
  const choices = shallowRef<Choices>(NOTHING)
  const orderState = shallowRef<{ stale: boolean; asOf: string } | null>(null)
  let isDone = false

  watch(
    draft,
    () => {
      if (!isDone) saveDraft(userId, draft, Date.now())
    },
    { deep: true },
  )

  const loading = useAction(async () => {
    const [orders, products, vehicles, people] = await Promise.all([
      logistics.orders(),
      logistics.products(),
      logistics.vehicles(),
      logistics.people(),
    ])
    choices.value = { orders: orders.items, products, vehicles, people }
    orderState.value = { stale: orders.stale, asOf: orders.as_of }
    fillIn()
  })

  /** Answers that follow from others: the last used truck and people, again when the goods change. */
  function fillIn(): void {
    Object.assign(draft.form, withLastUsed(draft.form, choices.value))
  }

  const submission = useAction(async () => {
    const made = await logistics.register(toRequest(draft.form, choices.value, draft.requestId))
    isDone = true
    dropDraft(userId, kind)
    await onDone(made)
  })

  /** An earlier sending of this form arrived after all, with other content than it has now. */
  const isSentBefore = computed(
    () => submission.error.value instanceof ApiError && submission.error.value.code === 'registration_request_reused',
  )

  return {
    draft,
    choices,
    orderState,
    isLoaded: computed(() => orderState.value !== null),
    loading,
    fillIn,
    submission,
    isSentBefore,
    submitAsNew: (): Promise<void> => {
      draft.requestId = newId()
      return submission.run()
    },
    clear: (): void => {
      Object.assign(draft, { form: withLastUsed(emptyForm(kind), choices.value), requestId: newId() })
      submission.error.value = null
    },
  }
}
