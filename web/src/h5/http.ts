import { phoneTickets } from '@/shared/api/account'
import { Http } from '@/shared/api/http'
import { visitorApi } from '@/shared/api/visitor'

export const http = new Http({ sessionPath: '/api/session' })
export const visitors = visitorApi(http)
export const tickets = phoneTickets(http)
