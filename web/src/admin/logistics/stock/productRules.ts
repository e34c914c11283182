import { computed, reactive, ref, shallowRef } from 'vue'
import { ApiError, fieldErrors } from '@/shared/api/errors'
import type { Stock } from '@/shared/api/logisticsOfficeTypes'
import { useAction } from '@/shared/composables/action'
import { logistics } from '../../http'
import { mergeRules, NEW_RULES, ruleProblems, type Rules, rulesOf } from './rules'

/** The form of a product's rules, new or known, and what happens when somebody else saves in between. */
export function useProductRules(onSaved: (stock: Stock) => void) {
  const form = reactive<Rules>({ ...NEW_RULES })
  const reason = ref('')
  const seen = shallowRef<{ rules: Rules; version: number }>({ rules: NEW_RULES, version: 0 })
  const isTried = ref(false)
  const isMerged = ref(false)
  const problems = computed<Record<string, string>>(() => ({
    ...fieldErrors(save.error.value),
    ...(isTried.value ? ruleProblems(form, reason.value) : {}),
  }))

  function start(product: Stock | null): void {
    seen.value = product ? { rules: rulesOf(product), version: product.version } : { rules: NEW_RULES, version: 0 }
    Object.assign(form, seen.value.rules)
    reason.value = ''
    isTried.value = isMerged.value = false
    save.error.value = null
  }

  async function takeOver(): Promise<void> {
    const { stock } = await logistics.stock(form.code)
    Object.assign(form, mergeRules(form, seen.value.rules, rulesOf(stock)))
    seen.value = { rules: rulesOf(stock), version: stock.version }
    isMerged.value = true
  }

  const save = useAction(async () => {
    isTried.value = true
    isMerged.value = false
    if (Object.keys(ruleProblems(form, reason.value)).length) return
    try {
      onSaved(await logistics.saveProduct({ ...form, reason: reason.value.trim(), version: seen.value.version }))
    } catch (error) {
      if (error instanceof ApiError && error.code === 'product_changed') await takeOver()
      throw error
    }
  })

  return { form, reason, problems, isMerged, start, save }
}
