import { showConfirmDialog, showToast } from 'vant'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'
import { computed, ref, shallowRef } from 'vue'
import { errorSentence, fieldErrors } from '@/shared/api/errors'
import type { SavedVisitor } from '@/shared/api/types'
import { visitors } from '../http'
import { emptyVisitor, type Problems, toDraft, toVisitor, visitorProblems } from '../reservation/rules'
import { useAction } from '@/shared/composables/action'

/** The user's saved visitors: list, add, edit, delete. */
export function useSaved(onSaved: () => void) {
  const items = shallowRef<SavedVisitor[]>([])
  const isLoading = ref(true)
  const isRefreshing = ref(false)
  const loadError = shallowRef<unknown>(null)
  const editedId = ref<string | null>(null)
  const draft = ref(emptyVisitor())
  const isChecked = ref(false)

  async function load(): Promise<void> {
    loadError.value = null
    try {
      items.value = await visitors.saved()
    } catch (error) {
      loadError.value = error
    }
    isLoading.value = false
    isRefreshing.value = false
  }

  function begin(id: string | null): void {
    const found = items.value.find((candidate) => candidate.id === id)
    editedId.value = found?.id ?? null
    draft.value = found ? toDraft(found) : emptyVisitor()
    isChecked.value = false
    saving.error.value = null
  }

  const saving = useAction(async () => {
    isChecked.value = true
    if (Object.keys(visitorProblems(draft.value)).length) return
    const visitor = toVisitor(draft.value)
    await (editedId.value ? visitors.changeSaved(editedId.value, visitor) : visitors.addSaved(visitor))
    await load()
    onSaved()
    showToast('已保存')
  })

  async function remove(visitor: SavedVisitor): Promise<void> {
    const agreed = await showConfirmDialog({
      title: `删除“${visitor.name}”？`,
      message: '只从常用访客中删除，已提交的预约不受影响。',
      confirmButtonText: '删除',
    }).catch(() => null)
    if (agreed === null) return
    try {
      await visitors.removeSaved(visitor.id)
      showToast('已删除')
    } catch (error) {
      showToast(errorSentence(error))
    }
    await load()
  }

  const problems = computed<Problems>(() =>
    isChecked.value ? { ...fieldErrors(saving.error.value), ...visitorProblems(draft.value) } : {},
  )
  return { items, isLoading, isRefreshing, loadError, editedId, draft, problems, saving, load, begin, remove }
}
