import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { computed, ref } from 'vue'
import type { OfficeTopUp } from '@/shared/api/canteenOfficeTypes'
import { useAction } from '@/shared/composables/action'
import type { RowDrawer } from '../../composables/rowDrawer'
import { canteen } from '../../http'

/** What an administrator does with the top-up that is shown; every refusal is told in the drawer, in the server's sentence. */
export function useDecisions(drawer: RowDrawer<OfficeTopUp>) {
  const isRefunding = ref(false)
  const isDeclining = ref(false)

  async function did(
    work: (seen: OfficeTopUp) => Promise<OfficeTopUp>,
    words: (now: OfficeTopUp) => string,
  ): Promise<void> {
    await drawer.change(async (seen) => {
      const changed = await work(seen)
      ElMessage.success(words(changed))
      return changed
    })
  }

  const refund = useAction(async (reason: string) => {
    await did(
      ({ id }) => canteen.askRefund(id, reason),
      ({ wish }) => (wish ? '已申请，等待另一位食堂管理员确认' : '已决定退款，系统正在办理'),
    )
    isRefunding.value = false
  })
  const decline = useAction(async (reason: string) => {
    const isMine = drawer.row.value?.wish?.is_mine
    await did(
      ({ id }) => canteen.declineRefund(id, reason),
      () => (isMine ? '已撤回退款申请' : '已拒绝退款申请'),
    )
    isDeclining.value = false
  })
  const confirm = useAction(() =>
    did(
      ({ id }) => canteen.confirmRefund(id),
      () => '已确认退款，系统正在办理',
    ),
  )
  const push = useAction(() =>
    did(
      ({ id }) => canteen.pushAgain(id),
      () => '已安排立即推送，稍后自动更新',
    ),
  )
  return {
    ...{ isRefunding, isDeclining, refund, decline, confirm, push },
    isDeciding: computed(() => confirm.isBusy.value || decline.isBusy.value),
  }
}
