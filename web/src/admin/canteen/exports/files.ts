import { computed, ref, shallowRef } from 'vue'
import { isFinal } from '@/shared/api/errors'
import type { CanteenExport, NewExport } from '@/shared/api/canteenOfficeTypes'
import { newId } from '@/shared/ids'

/** What an export asks the server and the browser; the tests bring their own. */
export interface ExportPorts {
  start: (request: NewExport) => Promise<CanteenExport>
  read: (id: string) => Promise<CanteenExport>
  save: (url: string, name: string) => void
  /** Ids of the files still of interest: they survive a reload. */
  kept: { read: () => string[]; write: (ids: string[]) => void }
}

type Filter = 'kind' | 'meal' | 'status' | 'account_no' | 'merchant' | 'number' | 'needs_people'
export type ExportOrder = Omit<NewExport, 'request_id' | Filter> & Partial<Pick<NewExport, Filter>>
const UNFILTERED = {
  ...{ kind: null, meal: null, status: null, account_no: null, merchant: null, number: null },
  needs_people: false,
}

const isUnfinished = ({ state }: CanteenExport): boolean => state === 'waiting' || state === 'writing'

/**
 * Long files that the server writes while the clerk goes on: they stay listed until they are put away. A file that is
 * ready is saved once by itself when it was asked for in this window; later it is fetched with a fresh address.
 */
export function exportFiles({ start, read, save, kept }: ExportPorts) {
  const files = shallowRef<CanteenExport[]>([])
  const isOpen = ref(true)
  const wanted = new Set<string>()
  /** An order whose answer was lost is sent again under the same number: the server writes one file. */
  const sent = new Map<string, string>()

  function show(list: CanteenExport[]): void {
    files.value = list
    kept.write(list.map(({ id }) => id))
  }

  function put(file: CanteenExport): void {
    const isKnown = files.value.some(({ id }) => id === file.id)
    if (isKnown) files.value = files.value.map((one) => (one.id === file.id ? file : one))
    else show([file, ...files.value])
  }

  async function order(what: ExportOrder): Promise<void> {
    const key = JSON.stringify(what)
    const request_id = sent.get(key) ?? newId()
    sent.set(key, request_id)
    const file = await start({ ...UNFILTERED, ...what, request_id })
    sent.delete(key)
    wanted.add(file.id)
    put(file)
    isOpen.value = true
    take(file)
  }

  function take(file: CanteenExport): void {
    if (file.state === 'ready' && file.url && wanted.delete(file.id)) save(file.url, file.name)
  }

  /** Looks at every unfinished file; one that cannot be read now is looked at again, one that is gone is dropped. */
  async function look(): Promise<void> {
    await Promise.all(files.value.filter(isUnfinished).map(({ id }) => lookAt(id)))
  }

  async function lookAt(id: string): Promise<void> {
    try {
      const file = await read(id)
      if (!files.value.some((one) => one.id === id)) return
      put(file)
      take(file)
    } catch (error) {
      if (isFinal(error)) drop(id)
    }
  }

  /** After a reload. */
  async function restore(): Promise<void> {
    const known = kept.read()
    const found = await Promise.all(known.map((id) => read(id).catch(() => null)))
    found.reverse().forEach((file) => file && put(file))
  }

  async function fetch(id: string): Promise<void> {
    const file = await read(id)
    put(file)
    if (file.url) save(file.url, file.name)
  }

  function drop(id: string): void {
    wanted.delete(id)
    show(files.value.filter((one) => one.id !== id))
  }

  return {
    ...{ files, isOpen, order, look, restore, fetch, drop },
    unfinished: computed(() => files.value.filter(isUnfinished).length),
  }
}

export type ExportFiles = ReturnType<typeof exportFiles>
