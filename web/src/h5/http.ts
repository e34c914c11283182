import { phoneTickets } from '@/shared/api/account'
import { Http } from '@/shared/api/http'
import { visitorApi } from '@/shared/api/visitor'
import { wechatApi } from '@/shared/api/wechat'

export const http = new Http({ sessionPath: '/api/session' })
export const visitors = visitorApi(http)
export const wechat = wechatApi(http)
export const tickets = phoneTickets(http)
