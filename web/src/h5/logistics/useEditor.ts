import { showConfirmDialog, showToast } from 'vant'
import 'vant/es/dialog/style'
import 'vant/es/toast/style'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { errorSentence, fieldErrors } from '@/shared/api/errors'
import type { Person, Vehicle } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { readUserItem, removeUserItem, writeUserItem } from '../composables/storage'
import { useSession } from '../composables/session'
import { showFirstProblem } from '../reservation/problems'
import type { Problems } from '../reservation/rules'
import { backOr } from './leave'

const KEEP_MS = 2 * 3_600_000

/** How one kind of archive entry is read, checked, kept and written. */
export interface Archive<T, D> {
  /** Where the draft of this entry lies on the phone: the camera may make WeChat kill the page. */
  key: string
  list: string
  isNew: boolean
  empty: () => D
  load: () => Promise<T>
  toDraft: (entry: T) => D
  keepable: (draft: D) => D
  problems: (draft: D) => Problems
  save: (draft: D) => Promise<unknown>
  forget: () => Promise<unknown>
  forgetTitle: string
}

type Action = ReturnType<typeof useAction>

/** What the page round the fields needs of an editor. */
export interface ArchiveEditor {
  entry: Readonly<Ref<Vehicle | Person | null>>
  isLoaded: Readonly<Ref<boolean>>
  loading: Action
  saving: Action
  forgetting: Action
}

/** A vehicle or a person being entered or changed. */
export function useEditor<T, D extends { version: number }>(archive: Archive<T, D>) {
  const router = useRouter()
  const userId = useSession().user.value?.id ?? 'unknown'
  const key = `archive-draft.${archive.key}`
  const entry = shallowRef<T | null>(null)
  const draft = ref(archive.empty()) as Ref<D>
  const isLoaded = ref(false)
  const isChecked = ref(false)
  const refused = ref<Problems>({})

  const loading = useAction(async () => {
    if (!archive.isNew) entry.value = await archive.load()
    const fresh = entry.value === null ? archive.empty() : archive.toDraft(entry.value as T)
    const kept = readUserItem<{ draft: D; at: number }>(userId, key)
    const isUsable = kept !== null && Date.now() - kept.at < KEEP_MS && kept.draft.version === fresh.version
    draft.value = isUsable ? { ...fresh, ...kept.draft } : fresh
    isLoaded.value = true
  })

  watch(
    draft,
    () => {
      refused.value = {}
      if (isLoaded.value) writeUserItem(userId, key, { draft: archive.keepable(draft.value), at: Date.now() })
    },
    { deep: true },
  )

  const problems = computed<Problems>(() =>
    isChecked.value ? { ...refused.value, ...archive.problems(draft.value) } : refused.value,
  )

  async function leave(): Promise<void> {
    isLoaded.value = false
    removeUserItem(userId, key)
    await backOr(router, archive.list)
  }

  const saving = useAction(async () => {
    isChecked.value = true
    if (Object.keys(archive.problems(draft.value)).length) return void showFirstProblem()
    try {
      await archive.save(draft.value)
    } catch (error) {
      refused.value = fieldErrors(error)
      throw error
    }
    showToast('已保存')
    await leave()
  })

  const forgetting = useAction(async () => {
    const agreed = await showConfirmDialog({
      title: archive.forgetTitle,
      message: '只从您的列表移除，已提交的登记不受影响。',
      confirmButtonText: '移除',
      cancelButtonText: '返回',
    }).catch(() => null)
    if (agreed === null) return
    try {
      await archive.forget()
      showToast('已移除')
      await leave()
    } catch (error) {
      showToast(errorSentence(error))
    }
  })

  return { entry, draft, isLoaded, problems, loading, saving, forgetting }
}
