import { ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { TicketStatus } from '@/shared/api/types'
import { tickets } from '../http'
import { useAction } from '@/shared/composables/action'

const GONE_CODES = new Set(['ticket_expired', 'not_found'])

/** The phone's side of the office sign-in: shows who asks, lets them in or turns them away. */
export function useOfficeTicket(ticket: string) {
  const state = ref<TicketStatus | 'loading'>('loading')
  const browser = ref('')
  const error = shallowRef<unknown>(null)

  async function attempt(work: () => Promise<void>): Promise<void> {
    error.value = null
    try {
      await work()
    } catch (caught) {
      if (caught instanceof ApiError && GONE_CODES.has(caught.code)) state.value = 'expired'
      else error.value = caught
      if (state.value === 'loading') state.value = 'scanned'
    }
  }

  const load = (): Promise<void> =>
    attempt(async () => {
      if (ticket === '') {
        state.value = 'expired' // opened without the QR code: there is nothing to confirm
        return
      }
      const view = await tickets.read(ticket)
      browser.value = view.browser
      state.value = view.status
    })

  const decide = (work: (ticket: string) => Promise<unknown>, outcome: TicketStatus) =>
    useAction(() =>
      attempt(async () => {
        await work(ticket)
        state.value = outcome
      }),
    )

  return {
    state,
    browser,
    error,
    load,
    confirmation: decide(tickets.confirm, 'confirmed'),
    refusal: decide(tickets.refuse, 'refused'),
  }
}
