import { type Ref, ref } from 'vue'

/** ↑ ↓ move the current row, Enter opens it. Returns the handler for the table's wrapper. */
export function useRowKeys<T extends { id: string }>(rows: Ref<T[]>, open: (row: T) => void) {
  const currentId = ref<string | null>(null)

  function move(step: number): void {
    const list = rows.value
    if (!list.length) return
    const at = list.findIndex(({ id }) => id === currentId.value)
    const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step))
    currentId.value = list[next]?.id ?? null
  }

  function onKey(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1)
    else if (event.key === 'Enter') openCurrent()
    else return
    event.preventDefault()
  }

  function openCurrent(): void {
    const row = rows.value.find(({ id }) => id === currentId.value)
    if (row) open(row)
  }

  return { currentId, onKey }
}
