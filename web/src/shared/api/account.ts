import { createClient } from './client'
import type { Http } from './http'

/** Where the browser goes for WeChat's consent page; the server comes back to `returnTo`. */
export function wechatSignInUrl(returnTo: string): string {
  return `/api/sign-in/wechat?${new URLSearchParams({ return_to: returnTo }).toString()}`
}

/** The office browser's side of the QR sign-in. */
export function officeTickets(http: Http) {
  const client = createClient(http)
  return {
    create: () => client.postAnonymously('/api/sign-in/office', {}),
    check: (ticket: string) => client.postAnonymously('/api/sign-in/office/{ticket}/check', { path: { ticket } }),
  }
}

/** The phone's side: reading marks the ticket as scanned. */
export function phoneTickets(http: Http) {
  const client = createClient(http)
  return {
    read: (ticket: string) => client.get('/api/sign-in/office/{ticket}', { path: { ticket } }),
    confirm: (ticket: string) => client.post('/api/sign-in/office/{ticket}/confirm', { path: { ticket } }),
    refuse: (ticket: string) => client.post('/api/sign-in/office/{ticket}/refuse', { path: { ticket } }),
  }
}
