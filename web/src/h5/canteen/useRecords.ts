import { ref, shallowRef, type Ref, watch } from 'vue'
import type { MonthSums, RecordFilter } from '@/shared/api/canteenTypes'
import { usePaged } from '../composables/paged'
import { canteen } from '../http'

/** Own records of a month, page by page; the sums come with the first page and are of the whole month. */
export function useRecords(month: Ref<string>, filter: Ref<RecordFilter>) {
  const sums = shallowRef<MonthSums | null>(null)
  const syncedAt = ref<string | null>(null)

  const list = usePaged(async (cursor) => {
    const wanted = `${month.value}/${filter.value}`
    const page = await canteen.records(month.value, filter.value, cursor)
    if (wanted === `${month.value}/${filter.value}`) {
      sums.value = page.sums ?? sums.value
      syncedAt.value = page.synced_at
    }
    return page
  })

  watch(month, () => (sums.value = null))
  watch([month, filter], list.restart)
  return { list, sums, syncedAt }
}
