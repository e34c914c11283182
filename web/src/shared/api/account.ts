import type { Http } from './http'
import type { OfficeTicket, TicketStatus, TicketView } from './types'

const TICKETS = '/api/sign-in/office'
const ticketPath = (ticket: string, action = ''): string => `${TICKETS}/${encodeURIComponent(ticket)}${action}`

/** Where the browser goes for WeChat's consent page; the server comes back to `returnTo`. */
export function wechatSignInUrl(returnTo: string): string {
  return `/api/sign-in/wechat?${new URLSearchParams({ return_to: returnTo }).toString()}`
}

/** The office browser's side of the QR sign-in. */
export const officeTickets = (http: Http) => ({
  create: (): Promise<OfficeTicket> => http.call('POST', TICKETS, { anonymous: true }),
  check: (ticket: string): Promise<{ status: TicketStatus }> =>
    http.call('POST', ticketPath(ticket, '/check'), { anonymous: true }),
})

/** The phone's side: reading marks the ticket as scanned. */
export const phoneTickets = (http: Http) => ({
  read: (ticket: string): Promise<TicketView> => http.call('GET', ticketPath(ticket)),
  confirm: (ticket: string): Promise<unknown> => http.call('POST', ticketPath(ticket, '/confirm')),
  refuse: (ticket: string): Promise<unknown> => http.call('POST', ticketPath(ticket, '/refuse')),
})
