import { computed, reactive, ref } from 'vue'
import { fieldErrors } from '@/shared/api/errors'
import type { Waiver } from '@/shared/api/logisticsOfficeTypes'
import { useAction } from '@/shared/composables/action'
import { HOUR_MS, toIso } from '@/shared/time'
import { logistics } from '../../http'
import { waivableChecks } from '@/shared/checks'
import { plateOf } from '../plates'
import { momentOf, usualEnds } from './state'

/** As long as the server allows. */
const LONGEST_MS = 7 * 24 * HOUR_MS

export interface WaiverForm {
  plate: string
  codes: string[]
  reason: string
  /** `2026-11-26 23:59` on the plant's clock. */
  until: string
}

/** What is wrong with a form before it is sent, by field; the server judges again. */
export function waiverProblems({ plate, codes, reason, until }: WaiverForm, now: number): Record<string, string> {
  const found: Record<string, string> = {}
  if (plateOf(plate).length < 7) found['plate_number'] = '请填写完整车牌'
  if (!codes.length) found['codes'] = '请选择要放行的检查'
  if (reason.trim().length < 5) found['reason'] = '请写清原因，至少 5 个字'
  const end = momentOf(until) ?? 0
  if (end <= now || end > now + LONGEST_MS) found['valid_until'] = '有效期应在今后 7 天之内'
  return found
}

/** The form of a new exception; opened empty or for a plate and checks that a link names. */
export function useWaiverForm(onAdded: (waiver: Waiver) => void) {
  const form = reactive<WaiverForm>({ plate: '', codes: [], reason: '', until: '' })
  const isTried = ref(false)
  const problems = computed<Record<string, string>>(() => ({
    ...fieldErrors(add.error.value),
    ...(isTried.value ? waiverProblems(form, Date.now()) : {}),
  }))

  function start(plate: string, codes: readonly string[]): void {
    const until = usualEnds(Date.now())[0]?.end ?? ''
    Object.assign(form, { plate: plateOf(plate), codes: waivableChecks(codes), reason: '', until })
    isTried.value = false
    add.error.value = null
  }

  const add = useAction(async () => {
    isTried.value = true
    const { plate, codes, reason } = form
    const until = momentOf(form.until)
    if (until === null || Object.keys(waiverProblems(form, Date.now())).length) return
    onAdded(
      await logistics.addWaiver({
        ...{ plate_number: plateOf(plate), codes, reason: reason.trim() },
        valid_until: toIso(until),
      }),
    )
  })

  return { form, problems, start, add }
}
