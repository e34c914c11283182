import type { components } from './schema'
import type { Page } from './types'

/** The business's names for the shapes of the canteen (`npm run api`). */
type Schemas = components['schemas']

export type Account = Schemas['AccountView']
export type Bound = NonNullable<Account['bound']>
export type Card = Schemas['CardView']
export type CardState = Card['state']
export type AccountStatus = NonNullable<Account['account_status']>
export type Purse = Schemas['PurseView']

export type CodeAsked = Schemas['CodeAskedView']
export type BindRequest = Schemas['Bind']

export type CanteenRecord = Schemas['RowView']
export type RecordKind = CanteenRecord['kind']
export type Meal = NonNullable<CanteenRecord['meal']>
export type MonthSums = Schemas['MonthSums']
export type Records = Page<CanteenRecord> & Pick<Schemas['RecordsView'], 'sums' | 'synced_at'>
export type RecordFilter = 'all' | 'consume' | 'topup'

export type TopUp = Schemas['TopUpView']
export type TopUpStatus = TopUp['status']
export type PaySheet = Schemas['PaySheet']
export type Ordered = Schemas['OrderedView']
export type TopUps = Page<TopUp> & Omit<Schemas['TopUpsView'], 'items'>
