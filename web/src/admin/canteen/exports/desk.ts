import { saveFrom } from '../../composables/saveFile'
import { canteen } from '../../http'
import { useOfficeSession } from '../../session'
import { type ExportFiles, exportFiles } from './files'

/** Of this window and person: another one who signs in here does not see them. */
const keyOf = (): string => `canteen-exports-${useOfficeSession().user.value?.id ?? ''}`

function readKept(): string[] {
  try {
    const known: unknown = JSON.parse(sessionStorage.getItem(keyOf()) ?? '[]')
    return Array.isArray(known) ? known.map(String) : []
  } catch {
    return []
  }
}

function writeKept(ids: string[]): void {
  try {
    sessionStorage.setItem(keyOf(), JSON.stringify(ids))
  } catch {
    // Without storage they live as long as the page.
  }
}

let desk: ExportFiles | null = null
let owner = ''

/** The window's one list of exports: asked for on a list page, shown by the shell wherever the clerk goes. */
export function useExportFiles(): ExportFiles {
  if (!desk || owner !== keyOf()) {
    owner = keyOf()
    desk = exportFiles({
      start: canteen.startExport,
      read: canteen.export,
      save: saveFrom,
      kept: { read: readKept, write: writeKept },
    })
  }
  return desk
}
