import { officeTickets } from '@/shared/api/account'
import { canteenOfficeApi } from '@/shared/api/canteenOffice'
import { Http } from '@/shared/api/http'
import { logisticsOfficeApi } from '@/shared/api/logisticsOffice'
import { officeApi } from '@/shared/api/office'

export const http = new Http({ sessionPath: '/api/office/session' })
export const office = officeApi(http)
export const logistics = logisticsOfficeApi(http)
export const tickets = officeTickets(http)
export const canteen = canteenOfficeApi(http)
