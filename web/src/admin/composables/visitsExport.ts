import { ElMessage } from 'element-plus'
import { errorSentence } from '@/shared/api/errors'
import type { Query } from '@/shared/api/http'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'
import { saveFile, saveFrom } from './saveFile'

/** Saves exactly what the filter shows, as a workbook or as text, and says when a file holds the newest rows only. */
export function useVisitsExport(filters: () => Query) {
  const action = (take: () => Promise<number>) =>
    useAction(async () => {
      try {
        tell(await take())
      } catch (error) {
        ElMessage.error(errorSentence(error))
      }
    })

  return {
    workbook: action(async () => {
      const { url, name, cut_at } = await office.exportWorkbook(filters())
      saveFrom(url, name)
      return cut_at ?? 0
    }),
    text: action(async () => {
      const { file, name, cutAt } = await office.exportVisits(filters())
      saveFile(file, name)
      return cutAt
    }),
  }
}

function tell(cutAt: number): void {
  if (cutAt) ElMessage.warning(`符合条件的预约太多，只导出了最新的 ${cutAt} 条；请缩小日期范围后分次导出。`)
  else ElMessage.success('已导出')
}
