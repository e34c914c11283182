import { phoneTickets } from '@/shared/api/account'
import { canteenApi } from '@/shared/api/canteen'
import { Http } from '@/shared/api/http'
import { logisticsApi } from '@/shared/api/logistics'
import { newsApi } from '@/shared/api/news'
import { visitorApi } from '@/shared/api/visitor'
import { wechatApi } from '@/shared/api/wechat'

export const http = new Http({ sessionPath: '/api/session' })
export const visitors = visitorApi(http)
export const logistics = logisticsApi(http)
export const canteen = canteenApi(http)
export const news = newsApi(http)
export const wechat = wechatApi(http)
export const tickets = phoneTickets(http)
