import { ElMessage } from 'element-plus'
import { errorSentence } from '@/shared/api/errors'
import type { Query } from '@/shared/api/http'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'

/** Saves exactly what the filter shows as a file for Excel, and says when it holds the newest rows only. */
export function useVisitsExport(filters: () => Query) {
  return useAction(async () => {
    try {
      const { file, name, cutAt } = await office.exportVisits(filters())
      save(file, name)
      if (cutAt) ElMessage.warning(`符合条件的预约太多，只导出了最新的 ${cutAt} 条；请缩小日期范围后分次导出。`)
      else ElMessage.success('已导出')
    } catch (error) {
      ElMessage.error(errorSentence(error))
    }
  })
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
