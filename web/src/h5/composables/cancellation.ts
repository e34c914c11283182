import { showConfirmDialog, showToast } from 'vant'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'
import { computed, type Ref } from 'vue'
import { errorSentence } from '@/shared/api/errors'
import type { Visit } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { visitors } from '../http'
import type { useVisit } from './visit'

/** Taking back one visit, or everything that is still open of its party. Asks once. */
export function useCancellation(
  { visit, party, load, showParty, replaceWith }: ReturnType<typeof useVisit>,
  isAsking: Ref<boolean>,
) {
  const open = computed(() => party.value.filter(({ can_cancel }) => can_cancel))

  const run = useAction(async (work: () => Promise<void>) => {
    try {
      await work()
      showToast('已取消')
    } catch (caught) {
      showToast(errorSentence(caught))
      await load()
    }
    isAsking.value = false
  })

  const one = (current: Visit) => run.run(async () => replaceWith(await visitors.cancel(current.id)))
  const all = (current: Visit) =>
    run.run(async () => showParty(await visitors.cancelParty(current.party?.id ?? current.id)))

  async function ask(): Promise<void> {
    const current = visit.value
    if (!current || run.isBusy.value) return
    if (open.value.length > 1) return void (isAsking.value = true)
    const agreed = await showConfirmDialog({
      title: '取消这次预约？',
      message: '取消后门禁不再放行，需要时要重新预约。',
      confirmButtonText: '确定取消',
      cancelButtonText: '先不取消',
    }).catch(() => null)
    if (agreed !== null) await one(current)
  }

  return { ask, one, all, open, isBusy: run.isBusy }
}
