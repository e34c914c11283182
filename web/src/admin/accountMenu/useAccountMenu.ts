import { ElMessage, ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { ApiError, fieldErrors } from '@/shared/api/errors'
import type { AccountMenu } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { office } from '../http'
import { type DraftEntry, draftOf, isSame, plainOf } from './draft'
import { problemsOf, type Surroundings } from './rules'

const QUESTION =
  '发布后立即生效，所有关注者的菜单会在几分钟内更新（重新进入公众号即可看到）。微信中原来的菜单会被整个替换。'

/** The menu as it is, and an administrator's draft of the next one. */
export function useAccountMenu() {
  const menu = shallowRef<AccountMenu | null>(null)
  const draft = ref<DraftEntry[]>([])
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)

  const around = computed<Surroundings>(() => surroundingsOf(menu.value))
  const isChanged = computed(() => menu.value !== null && !isSame(draft.value, menu.value.entries))
  const isDefault = computed(() => menu.value !== null && isSame(draft.value, menu.value.default_entries))
  const own = computed(() => problemsOf(plainOf(draft.value), around.value))

  /** What is published may change under a draft: the draft stays, and is compared with what is true now. */
  async function load(): Promise<void> {
    isLoading.value = true
    const untouched = !isChanged.value
    try {
      menu.value = await office.menu()
      error.value = null
      if (untouched) discard()
    } catch (caught) {
      error.value = caught
    } finally {
      isLoading.value = false
    }
  }

  function discard(): void {
    draft.value = draftOf(menu.value?.entries ?? [])
    publication.error.value = null
  }

  function reset(): void {
    draft.value = draftOf(menu.value?.default_entries ?? [])
  }

  const publication = useAction(async () => {
    const seen = menu.value
    if (!seen || !(await confirmed())) return
    try {
      menu.value = await office.publishMenu(seen.version, plainOf(draft.value))
      discard()
      ElMessage.success('已发布到微信')
    } catch (caught) {
      if (caught instanceof ApiError && caught.status !== 400) await load()
      throw caught
    }
  })

  const problems = computed(() => ({ ...fieldErrors(publication.error.value), ...own.value }))
  onMounted(load)
  return { menu, draft, error, isLoading, isChanged, isDefault, problems, own, publication, load, discard, reset }
}

async function confirmed(): Promise<boolean> {
  const options = { confirmButtonText: '发布', cancelButtonText: '再看看', customClass: 'publish-question' }
  return ElMessageBox.confirm(QUESTION, '发布这个菜单？', options).then(
    () => true,
    () => false,
  )
}

function surroundingsOf(menu: AccountMenu | null): Surroundings {
  const pages = menu?.pages ?? []
  return {
    baseUrl: menu?.base_url ?? '',
    pages: new Set(pages.map(({ page }) => page)),
    miniProgramPages: new Set(pages.filter((one) => one.in_mini_program).map(({ page }) => page)),
  }
}
