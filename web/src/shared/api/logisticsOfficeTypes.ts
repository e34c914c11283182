import type { OfficeRegistration, Report } from './logisticsTypes'
import type { components } from './schema'
import type { Page } from './types'

/** The business's names for what only the office sees of logistics (`npm run api`). */
type Schemas = components['schemas']

export type OfficeRegistrationsPage = Page<OfficeRegistration> & { quantity: string; net: string }
export type LePlace = Schemas['LePlaceView']

export type Stock = Schemas['StockView']
export type StockDetail = Schemas['StockDetail']
export type Tank = StockDetail['tanks'][number]
export type HeldBy = StockDetail['holds'][number]
export type SettingsChange = StockDetail['history'][number]
export type SeriesPoint = Schemas['SeriesPoint']
export type ProductSettings = Schemas['ProductSettings']

export type Waiver = Schemas['WaiverView']
export type NewWaiver = Schemas['NewWaiver']
export type WaiversPage = Page<Waiver>

export type Board = Schemas['BoardView']
export type BoardLane = Board['items'][number]
export type QueueEntry = BoardLane['queue'][number]
export type LaneDay = Schemas['LaneDay']

/** Rows of a list page carry an `id`; that of a vehicle is its plate, that of a person the driver number. */
export type OfficeVehicle = Schemas['OfficeVehicleView'] & { id: string }
export type OfficePerson = Schemas['OfficePersonView'] & { id: string }
export type StockRow = Stock & { id: string }
export type StocksPage = Page<StockRow>
export type OfficeVehiclesPage = Page<OfficeVehicle>
export type OfficePeoplePage = Page<OfficePerson>
export type OfficeReportsPage = Page<Report>
