import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { ApiError } from '@/shared/api/errors'
import type { OfficeTicket, TicketStatus } from '@/shared/api/types'
import { usePolling } from '@/shared/composables/polling'
import { parse } from '@/shared/time'
import { tickets } from '../http'

const CHECK_MS = 2_000
const OPEN: ReadonlySet<TicketStatus> = new Set<TicketStatus>(['waiting', 'scanned'])

/** The QR code on the office screen: made, watched until somebody confirms on the phone, renewed by hand. */
export function useOfficeTicket(onConfirmed: () => Promise<void>) {
  const ticket = shallowRef<OfficeTicket | null>(null)
  const status = ref<TicketStatus>('waiting')
  const error = shallowRef<unknown>(null)
  const now = ref(Date.now())
  const isOpen = computed(() => ticket.value !== null && OPEN.has(status.value))
  const secondsLeft = computed(() =>
    ticket.value ? Math.max(0, Math.ceil((parse(ticket.value.expires_at) - now.value) / 1000)) : 0,
  )

  async function renew(): Promise<void> {
    error.value = null
    try {
      ticket.value = await tickets.create()
      status.value = 'waiting'
    } catch (caught) {
      error.value = caught
    }
    polling.restart()
  }

  async function check(): Promise<void> {
    if (!ticket.value || !isOpen.value) return
    try {
      status.value = (await tickets.check(ticket.value.ticket)).status
      error.value = null
      if (status.value === 'confirmed') await onConfirmed()
    } catch (caught) {
      if (caught instanceof ApiError && caught.status === 404) status.value = 'expired'
      else error.value = caught
    }
  }

  const polling = usePolling(check, () => (isOpen.value ? CHECK_MS : null))
  const clock = setInterval(() => (now.value = Date.now()), 1000)
  onMounted(renew)
  onBeforeUnmount(() => clearInterval(clock))
  return { ticket, status, error, isOpen, secondsLeft, renew }
}
