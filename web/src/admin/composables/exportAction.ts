import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { errorSentence } from '@/shared/api/errors'
import { useAction } from '@/shared/composables/action'

/** Takes a file out; `take` says how many rows it was cut to, 0 when it holds everything that is filtered. */
export function useExportAction(take: () => Promise<number>) {
  return useAction(async () => {
    try {
      const cutAt = await take()
      if (cutAt) ElMessage.warning(`符合条件的记录太多，只导出了最新的 ${cutAt} 条；请缩小日期范围后分次导出。`)
      else ElMessage.success('已导出')
    } catch (error) {
      ElMessage.error(errorSentence(error))
    }
  })
}
