import type { Entry, Leaf } from './rules'

/** An entry in the form: its number stays with it wherever it is moved. */
export interface DraftLeaf extends Leaf {
  id: number
}
export interface DraftEntry extends DraftLeaf {
  entries: DraftLeaf[]
}

let serial = 0

const leafOf = ({ name, target, page, key }: Leaf): DraftLeaf => ({ id: ++serial, name, target, page, key })

export function draftOf(entries: readonly Entry[]): DraftEntry[] {
  return entries.map((entry) => ({ ...leafOf(entry), entries: entry.entries.map(leafOf) }))
}

export function emptyLeaf(): DraftLeaf {
  return leafOf({ name: '', target: 'page', page: '', key: '' })
}

/** The first child takes over what its parent did until then, so that nothing chosen is lost. */
export function addChild(entry: DraftEntry): void {
  const first = entry.entries.length === 0
  entry.entries.push(first ? leafOf({ ...entry, name: '' }) : emptyLeaf())
}

/** Moves an item by one place; at the end of the list it stays. */
export function move<T>(list: T[], from: number, step: 1 | -1): void {
  const to = from + step
  const [item, other] = [list[from], list[to]]
  if (item === undefined || other === undefined) return
  list[from] = other
  list[to] = item
}

/** What is sent: names without spaces round them, and only what the target uses. */
export function plainOf(draft: readonly DraftEntry[]): Entry[] {
  return draft.map((entry) => {
    const entries = entry.entries.map(plainLeaf)
    const leaf = entries.length ? { target: 'page' as const, page: '', key: '' } : plainLeaf(entry)
    return { ...leaf, name: entry.name.trim(), entries }
  })
}

function plainLeaf({ name, target, page, key }: Leaf): Leaf {
  const isClick = target === 'click'
  return { name: name.trim(), target, page: isClick ? '' : page, key: isClick ? key.trim() : '' }
}

export function isSame(draft: readonly DraftEntry[], entries: readonly Entry[]): boolean {
  return JSON.stringify(plainOf(draft)) === JSON.stringify(plainOf(draftOf(entries)))
}
