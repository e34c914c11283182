import type { TableInstance } from 'element-plus'
import { nextTick, type Ref, watch } from 'vue'
import { useRowKeys } from './rowKeys'

/** A table whose current row is moved by the keys, stays marked while the table refreshes itself, and stays in view. */
export function useMarkedRow<T extends { id: string }>(
  table: Ref<TableInstance | undefined>,
  rows: Ref<T[]>,
  open: (row: T) => void,
) {
  const { currentId, onKey } = useRowKeys<T>(rows, open)

  watch([currentId, rows], async () => {
    await nextTick()
    table.value?.setCurrentRow(rows.value.find(({ id }) => id === currentId.value))
    table.value?.$el.querySelector('.current-row')?.scrollIntoView({ block: 'nearest' })
  })

  function openRow(row: T): void {
    currentId.value = row.id
    open(row)
  }

  return { onKey, openRow }
}
