import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { ref, shallowRef, watch } from 'vue'
import { errorSentence } from '@/shared/api/errors'
import type { FaultyLine, ImportFile } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import { office } from '../http'
import type { RowDrawer } from './rowDrawer'
import { saveFile } from './saveFile'

const BUSY_MS = 4_000

/** The opened file: watched while the server works on it, with its problems by line, and what can be done with it. */
export function useImportFile(drawer: RowDrawer<ImportFile>) {
  const lines = shallowRef<FaultyLine[]>([])
  const cursor = ref<string | null>(null)
  const isBusy = (): boolean => ['checking', 'importing'].includes(drawer.row.value?.state ?? '')

  async function more(id: string, from: string | null): Promise<void> {
    const page = await office.importFaults(id, { cursor: from })
    if (drawer.row.value?.id !== id) return
    lines.value = from === null ? page.items : [...lines.value, ...page.items]
    cursor.value = page.next_cursor ?? null
  }

  async function refresh(): Promise<void> {
    await drawer.change((seen) => office.importFile(seen.id))
  }

  watch(
    () => drawer.row.value && `${drawer.row.value.id} ${drawer.row.value.state}`,
    async () => {
      lines.value = []
      cursor.value = null
      const id = drawer.row.value?.id
      if (id) await more(id, null).catch(() => undefined)
      polling.restart()
    },
  )
  const polling = usePolling(refresh, () => (isBusy() ? BUSY_MS : null))

  return {
    lines,
    cursor,
    more: useAction(async () => {
      const id = drawer.row.value?.id
      if (id) await more(id, cursor.value)
    }),
    start: useAction(() => drawer.change((seen) => office.runImport(seen.id))),
    discard: useAction(() => drawer.change((seen) => office.discardImport(seen.id))),
    exportFaults: useAction(async () => {
      const id = drawer.row.value?.id
      if (!id) return
      try {
        const { file, name } = await office.exportFaults(id)
        saveFile(file, name)
      } catch (error) {
        ElMessage.error(errorSentence(error))
      }
    }),
  }
}
