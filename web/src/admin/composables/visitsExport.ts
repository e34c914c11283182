import type { Query } from '@/shared/api/http'
import { office } from '../http'
import { useExportAction } from './exportAction'
import { saveFile, saveFrom } from './saveFile'

/** Saves exactly what the filter shows, as a workbook or as text. */
export function useVisitsExport(filters: () => Query) {
  return {
    workbook: useExportAction(async () => {
      const { url, name, cut_at } = await office.exportWorkbook(filters())
      saveFrom(url, name)
      return cut_at ?? 0
    }),
    text: useExportAction(async () => {
      const { file, name, cutAt } = await office.exportVisits(filters())
      saveFile(file, name)
      return cutAt
    }),
  }
}
