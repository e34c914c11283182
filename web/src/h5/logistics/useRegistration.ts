import { showConfirmDialog, showToast } from 'vant'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'
import { onMounted, shallowRef } from 'vue'
import { serverNow } from '@/shared/api/serverClock'
import { errorSentence } from '@/shared/api/errors'
import type { Registration } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import { logistics } from '../http'
import { lookAgain } from './current'
import { useNow } from './now'

const RETRY_MS = 15_000

/** One own registration, followed while it can still change. */
export function useRegistration(id: string) {
  const now = useNow()
  const registration = shallowRef<Registration | null>(null)
  const error = shallowRef<unknown>(null)

  /** An answer older than what is shown already (asked for before a cancellation) is dropped. */
  async function load(): Promise<void> {
    try {
      const fresh = await logistics.registration(id)
      if (fresh.version >= (registration.value?.version ?? 0)) registration.value = fresh
      error.value = null
    } catch (caught) {
      error.value = caught
    }
  }

  const cancellation = useAction(async () => {
    const agreed = await showConfirmDialog({
      title: '取消这次登记？',
      message: '取消后占用释放，电子卡退回，需要时要重新登记。',
      confirmButtonText: '确定取消',
      cancelButtonText: '先不取消',
    }).catch(() => null)
    if (agreed === null) return
    try {
      registration.value = await logistics.cancel(id)
      showToast('已取消')
    } catch (caught) {
      showToast(errorSentence(caught))
      await load()
    }
  })

  const polling = usePolling(load, () =>
    error.value ? RETRY_MS : registration.value ? lookAgain([registration.value], serverNow()) : null,
  )
  onMounted(async () => {
    await load()
    polling.restart()
  })
  return { now, registration, error, load, cancellation }
}
