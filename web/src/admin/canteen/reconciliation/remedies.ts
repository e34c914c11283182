import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { computed, ref } from 'vue'
import type { Difference } from '@/shared/api/canteenOfficeTypes'
import { RECONCILIATIONS } from '@/shared/canteen'
import { useAction } from '@/shared/composables/action'
import type { RowDrawer } from '../../composables/rowDrawer'
import { canteen } from '../../http'

/**
 * What is proposed for a difference, done: the next comparison of its day finds whether it is gone. Refusals are told in
 * the drawer, in the server's sentence.
 */
export function useRemedies(drawer: RowDrawer<Difference>, reload: () => Promise<void>) {
  const isRefunding = ref(false)
  const isSettling = ref(false)

  const did = (work: (seen: Difference) => Promise<string>): Promise<void> =>
    drawer.change(async (seen) => {
      ElMessage.success(await work(seen))
      return seen
    })

  const retry = useAction(() =>
    did(async ({ top_up_id }) => {
      await canteen.pushAgain(top_up_id ?? '')
      return '已安排再次通知食堂；入账后再次对账，差异会消除'
    }),
  )
  const query = useAction(async () => {
    await did(async ({ day }) => `${day} ${RECONCILIATIONS[(await canteen.reconcile(day)).state].word}`)
    await reload()
  })
  const refund = useAction(async (reason: string) => {
    await did(async ({ top_up_id }) => {
      const { wish } = await canteen.askRefund(top_up_id ?? '', reason)
      return wish ? '已申请退款，等待另一位食堂管理员确认' : '已决定退款，退款到账后再次对账，差异会消除'
    })
    isRefunding.value = false
  })
  const settle = useAction(async (reason: string) => {
    await drawer.change(async ({ id }) => {
      const settled = await canteen.settle(id, reason)
      ElMessage.success('已标记为已处理')
      return settled
    })
    isSettling.value = false
  })

  function act(): void {
    const { action } = drawer.row.value ?? {}
    if (action === 'retry_credit') void retry.run()
    else if (action === 'query_payment') void query.run()
    else if (action === 'refund') isRefunding.value = true
  }

  return {
    ...{ isRefunding, isSettling, act, refund, settle },
    isBusy: computed(() => retry.isBusy.value || query.isBusy.value || refund.isBusy.value),
  }
}
