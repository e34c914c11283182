import { computed, ref, shallowRef } from 'vue'
import { ApiError, errorWords, type ErrorWords, fieldErrors } from '@/shared/api/errors'
import { serverNow } from '@/shared/api/serverClock'
import { useAction } from '@/shared/composables/action'
import { isPhone, normalisePhone } from '@/shared/phones'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { canteen } from '../http'
import { useNow } from '../logistics/now'

const KEY = 'bind-code'
const SECOND_MS = 1000
/** The code's own life: afterwards the page begins with the phone again. */
const CODE_LASTS_MS = 5 * 60 * SECOND_MS

export type BindStep = 'phone' | 'code' | 'staff'

interface Asked {
  phone: string
  at: number
  /** From when on another code may be asked for. */
  againAt: number
  message: string
}

/** A code may have come all the same. */
const MAYBE_SENT = 'code_maybe_sent'
/** The phone page says to use the code that came before. */
const USE_THE_OLD_ONE = ['code_too_soon', 'code_phone_limit', 'code_user_limit', 'code_address_limit']
const SPENT = ['code_expired', 'code_used_up']

const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : '')

/**
 * Phone → code → (staff number) → done. Reading the message means leaving WeChat, which may kill the page: the step is kept
 * on the phone as long as the code lives.
 */
export function useBinding(userId: string, suggested: string | null, onDone: () => Promise<void>) {
  const now = useNow()
  const kept = readUserItem<Asked>(userId, KEY)
  const asked = shallowRef<Asked | null>(kept && serverNow() - kept.at < CODE_LASTS_MS ? kept : null)
  const step = ref<BindStep>(asked.value ? 'code' : 'phone')
  const phone = ref(asked.value?.phone ?? suggested ?? '')
  const code = ref('')
  const staffNo = ref('')
  const secondsLeft = computed(() => {
    if (!asked.value) return 0
    return Math.max(0, Math.ceil((asked.value.againAt - Math.max(now.value, asked.value.at)) / SECOND_MS))
  })

  function toCode(seconds: number, message: string): void {
    const at = serverNow()
    asked.value = { phone: normalisePhone(phone.value), at, againAt: at + seconds * SECOND_MS, message }
    writeUserItem(userId, KEY, asked.value)
    code.value = ''
    step.value = 'code'
  }

  const asking = useAction(async () => {
    binding.error.value = null
    try {
      const { ask_again_seconds, message } = await canteen.askCode(normalisePhone(phone.value))
      toCode(ask_again_seconds, message)
    } catch (error) {
      if (codeOf(error) !== MAYBE_SENT) throw error
      toCode(0, errorWords(error).title)
    }
  })

  const binding = useAction(async () => {
    asking.error.value = null
    const number = step.value === 'staff' ? staffNo.value.trim() : ''
    try {
      await canteen.bind({ phone: normalisePhone(phone.value), code: code.value, staff_no: number })
    } catch (error) {
      if (codeOf(error) === 'staff_no_needed') return void (step.value = 'staff')
      if (SPENT.includes(codeOf(error)) && step.value === 'staff') step.value = 'code'
      throw error
    }
    removeUserItem(userId, KEY)
    await onDone()
  })

  /** Back to another phone. */
  function startOver(): void {
    removeUserItem(userId, KEY)
    asked.value = null
    asking.error.value = binding.error.value = null
    code.value = staffNo.value = ''
    step.value = 'phone'
  }

  /** The code came before, as after a "too soon": the countdown is the server's to say. */
  function useOldCode(): void {
    toCode(0, '')
    asking.error.value = null
  }

  const error = computed(() => asking.error.value ?? binding.error.value)
  const problem = computed<ErrorWords | null>(() => (error.value ? wordsOf(error.value) : null))
  return {
    step,
    phone,
    code,
    staffNo,
    asked,
    secondsLeft,
    problem,
    isPhoneGood: computed(() => isPhone(phone.value)),
    isCodeGood: computed(() => /^[0-9]{6}$/.test(code.value)),
    mayHaveCode: computed(() => USE_THE_OLD_ONE.includes(codeOf(asking.error.value))),
    asking,
    binding,
    startOver,
    useOldCode,
  }
}

/** A wrong field is said by its own sentence. */
function wordsOf(error: unknown): ErrorWords {
  const [field] = Object.values(fieldErrors(error))
  return field ? { title: field, next: '' } : errorWords(error)
}
