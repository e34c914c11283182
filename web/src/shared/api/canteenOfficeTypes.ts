import type { components, paths } from './schema'
import type { Page } from './types'

/** The business's names for what the office sees of the canteen (`npm run api`). Money is whole fen. */
type Schemas = components['schemas']

export type TopUpStatus = Schemas['OfficeTopUpView']['status']
export type OfficeTopUp = Schemas['OfficeTopUpView']
export type OfficeTopUpsPage = Page<OfficeTopUp>
export type TopUpSums = Schemas['TopUpSums']

/** Rows of a list page carry an `id`; that of a bound user is the user, of a record its key, of a comparison its day. */
export type BoundUser = Schemas['BoundUserView'] & { id: string }
export type BoundUserDetail = Schemas['BoundUserDetailView'] & { id: string }
export type BindingEvent = Schemas['BindingEventView']
export type BoundUsersPage = Page<BoundUser>

export type OfficeRecord = Schemas['OfficeRowView'] & { id: string }
export type OfficeRecordsPage = Page<OfficeRecord>
export type RecordSums = Schemas['RecordSums']
export type RowKind = OfficeRecord['kind']
export type Meal = Schemas['DayMealSum']['meal']

export type CanteenSync = Schemas['SyncView']
export type SyncRun = Schemas['RunView']
export type Resync = Schemas['ResyncView']

export type Reconciliation = Schemas['ReconciliationView'] & { id: string }
export type ReconciliationsPage = Page<Reconciliation>
export type Difference = Schemas['DifferenceView']
export type DifferencesPage = Page<Difference>

export type NewExport = Schemas['NewExport']
export type CanteenExport =
  paths['/api/office/canteen/exports/{export_id}']['get']['responses'][200]['content']['application/json']
export type ExportFormat = NonNullable<NewExport['format']>
