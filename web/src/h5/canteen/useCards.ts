import { onMounted, shallowRef } from 'vue'
import type { Account, Card } from '@/shared/api/canteenTypes'
import { useAction } from '@/shared/composables/action'
import { usePolling } from '@/shared/composables/polling'
import { newId } from '@/shared/ids'
import { confirmed, tell } from '../composables/ask'
import { canteen } from '../http'
import { isBeingTold } from './cards'
import { pauseAfter } from './follow'

/** The cards of the account; one that was reported is followed until the canteen has answered. */
export function useCards() {
  const account = shallowRef<Account | null>(null)
  const error = shallowRef<unknown>(null)
  /** What was asked of which card → its request id, until the server took it: repeating is the same wish. */
  const wishes = new Map<string, string>()
  let looks = 0

  async function load(): Promise<void> {
    try {
      account.value = await canteen.account()
      error.value = null
    } catch (caught) {
      error.value = caught
    }
    looks += 1
  }

  async function send(verb: 'reportLoss' | 'reportFound', card: Card): Promise<void> {
    const wish = `${verb}/${card.card_no}`
    const requestId = wishes.get(wish) ?? newId()
    wishes.set(wish, requestId)
    account.value = await canteen[verb](card.card_no, requestId)
    wishes.delete(wish)
    looks = 0
    polling.restart()
  }

  const loss = useAction(async (card: Card) => {
    await send('reportLoss', card)
    tell('已提交挂失')
  })

  const found = useAction(async (card: Card) => {
    const agreed = await confirmed({
      title: `解除挂失 ${card.card_no_masked}？`,
      message: '解除后这张卡恢复刷卡消费。',
      yes: '解除挂失',
      no: '先不解除',
    })
    if (!agreed) return
    await send('reportFound', card)
  })

  const polling = usePolling(load, () =>
    account.value?.cards?.some(isBeingTold) || error.value ? pauseAfter(looks) : null,
  )
  onMounted(async () => {
    await load()
    looks = 0
    polling.restart()
  })
  return { account, error, load, loss, found }
}
