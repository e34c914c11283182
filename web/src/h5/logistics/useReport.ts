import { serverNow } from '@/shared/api/serverClock'
import { computed, ref, shallowRef, watch } from 'vue'
import { fieldErrors } from '@/shared/api/errors'
import type { NewReport } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { newId } from '@/shared/ids'
import { ceilTo, HOUR_MS, MINUTE_MS, toIso } from '@/shared/time'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { logistics } from '../http'
import { present, type Problems } from '../reservation/rules'
import { type Choices, needsTrailer, withLastUsed, emptyForm, isHazardous } from './form'

const KEY = 'report-draft'
const KEEP_MS = 12 * HOUR_MS

export interface ReportDraft {
  requestId: string
  plate: string
  trailer: string
  driverNo: string
  escortNo: string
  productCode: string
  expectedAt: number | null
  savedAt: number
}

/** The next quarter of an hour in two hours' time. */
const usualArrival = (now: number): number => ceilTo(now + 2 * HOUR_MS, 15 * MINUTE_MS)

export function newReport(now: number): ReportDraft {
  const empty = { plate: '', trailer: '', driverNo: '', escortNo: '', productCode: '' }
  return { requestId: newId(), ...empty, expectedAt: usualArrival(now), savedAt: now }
}

export function reportProblems(draft: ReportDraft, choices: Choices, now: number): Problems {
  return present({
    product_code: draft.productCode ? null : '请选择货物',
    plate_number: draft.plate ? null : '请选择车辆',
    trailer_plate_number: needsTrailer(choices, draft.plate) && !draft.trailer ? '请选择挂车' : null,
    driver_no: draft.driverNo ? null : '请选择驾驶员',
    escort_no: isHazardous(choices, draft.productCode) && !draft.escortNo ? '请选择押运员' : null,
    expected_at: draft.expectedAt !== null && draft.expectedAt > now ? null : '请选择以后的时间',
  })
}

export function toReport(draft: ReportDraft, choices: Choices): NewReport {
  return {
    request_id: draft.requestId,
    plate_number: draft.plate,
    trailer_plate_number: needsTrailer(choices, draft.plate) ? draft.trailer || null : null,
    driver_no: draft.driverNo,
    escort_no: draft.escortNo || null,
    product_code: draft.productCode,
    expected_at: toIso(draft.expectedAt ?? 0),
  }
}

/** Telling the plant that a truck comes; sent again after a lost answer it is one report. */
export function useReport(userId: string, onDone: () => Promise<void>) {
  const kept = readUserItem<ReportDraft>(userId, KEY)
  const now = serverNow()
  const draft = ref(kept && now - kept.savedAt < KEEP_MS ? { ...newReport(now), ...kept } : newReport(now))
  const choices = shallowRef<Choices>({ orders: [], products: [], vehicles: [], people: [] })
  const isLoaded = ref(false)
  const isChecked = ref(false)
  const refused = ref<Problems>({})

  watch(
    draft,
    () => {
      refused.value = {}
      if (isLoaded.value) writeUserItem(userId, KEY, { ...draft.value, savedAt: serverNow() })
    },
    { deep: true },
  )

  const loading = useAction(async () => {
    const [products, vehicles, people] = await Promise.all([
      logistics.products(),
      logistics.vehicles(),
      logistics.people(),
    ])
    choices.value = { orders: [], products, vehicles, people }
    if (draft.value.expectedAt !== null && draft.value.expectedAt <= serverNow())
      draft.value.expectedAt = usualArrival(serverNow())
    fillIn()
    isLoaded.value = true
  })

  /** The last used truck and people, as in a registration. */
  function fillIn(): void {
    const filled = withLastUsed({ ...emptyForm('pickup'), ...draft.value }, choices.value)
    const { plate, trailer, driverNo, escortNo } = filled
    Object.assign(draft.value, { plate, trailer, driverNo, escortNo })
  }

  const submission = useAction(async () => {
    isChecked.value = true
    if (Object.keys(reportProblems(draft.value, choices.value, serverNow())).length) return
    try {
      await logistics.report(toReport(draft.value, choices.value))
    } catch (error) {
      refused.value = fieldErrors(error)
      throw error
    }
    isLoaded.value = false
    removeUserItem(userId, KEY)
    await onDone()
  })

  const problems = computed<Problems>(() =>
    isChecked.value ? { ...refused.value, ...reportProblems(draft.value, choices.value, serverNow()) } : refused.value,
  )
  return { draft, choices, isLoaded, loading, fillIn, submission, problems }
}
