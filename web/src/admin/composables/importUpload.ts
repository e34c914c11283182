import { ref } from 'vue'
import type { ImportFile, ImportKind } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'

/** Five megabytes, as the server takes them. */
export const LARGEST_FILE = 5_000_000
const TRIES = 3

export interface ChosenFile {
  account: 'canteen' | 'logistics'
  kind: ImportKind
  file: File
}

/** Sends a file in parts and has it checked; a part that is lost is sent again. */
export function useImportUpload(onDone: (file: ImportFile) => void) {
  const percent = ref(0)
  const upload = useAction(async ({ account, kind, file }: ChosenFile) => {
    percent.value = 0
    const opened = await office.openImport({ account, kind, file_name: file.name.slice(-120), size: file.size })
    for (let number = 0; number < opened.chunks; number++) {
      const start = number * opened.chunk_bytes
      const part = file.slice(start, start + opened.chunk_bytes)
      await sendPart(opened.id, number, await inBase64(part))
      percent.value = Math.round(((number + 1) / opened.chunks) * 100)
    }
    onDone(await office.checkImport(opened.id))
  })
  return { percent, upload }
}

async function sendPart(id: string, number: number, content: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await office.sendChunk(id, number, content)
      return
    } catch (error) {
      if (attempt === TRIES) throw error
    }
  }
}

async function inBase64(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
