import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { errorSentence } from '@/shared/api/errors'
import type { ConvertRequest, Migration } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import { isRunning } from '@/shared/migration'
import { office } from '../http'
import { saveFile } from './saveFile'

const BUSY_MS = 4_000
const QUIET_MS = 20_000

/** The old accounts, read again every few seconds while something runs, and the orders an administrator gives. */
export function useMigrations() {
  const items = shallowRef<Migration[]>([])
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)
  const busyAccount = ref('')
  const runs = computed(() => items.value.some(({ stage }) => isRunning(stage)))

  async function load(): Promise<void> {
    try {
      items.value = (await office.migrations()).items
      error.value = null
    } catch (caught) {
      error.value = caught
    }
    isLoading.value = false
  }

  /** One order at a time; its answer is the account's new standing. */
  async function order(account: string, work: () => Promise<Migration>): Promise<boolean> {
    if (busyAccount.value) return false
    busyAccount.value = account
    try {
      const changed = await work()
      items.value = items.value.map((one) => (one.account === account ? changed : one))
      polling.restart()
      return true
    } catch (caught) {
      ElMessage.error(errorSentence(caught))
      return false
    } finally {
      busyAccount.value = ''
    }
  }

  const failures = useAction(async (account: string) => {
    const { file, name } = await office.exportFailures(account).catch((caught: unknown) => {
      ElMessage.error(errorSentence(caught))
      throw caught
    })
    saveFile(file, name)
  })

  const polling = usePolling(load, () => (runs.value ? BUSY_MS : QUIET_MS))
  onMounted(load)
  return {
    items,
    error,
    isLoading,
    busyAccount,
    load,
    exportFailures: failures.run,
    pull: (account: string) => order(account, () => office.pullFollowers(account)),
    pause: (account: string) => order(account, () => office.pauseMigration(account)),
    resume: (account: string) => order(account, () => office.resumeMigration(account)),
    convert: (account: string, body: ConvertRequest) => order(account, () => office.convertFollowers(account, body)),
  }
}
