import type { components } from './schema'
import type { Page } from './types'

/** The business's names for the shapes of logistics (`npm run api`). */
type Schemas = components['schemas']

export type Registration = Schemas['RegistrationView']
export type OfficeRegistration = Schemas['OfficeRegistrationView']
export type RegistrationStatus = Registration['status']
export type RegistrationStep = NonNullable<Registration['step']>
export type RegistrationKind = Registration['kind']
export type Hold = NonNullable<Registration['hold']>
export type HoldName = Hold['state']
export type LeSync = Registration['le']
export type FailedCheck = Registration['recheck'][number]
export type SignOffResult = NonNullable<Registration['sign_off']>
export type NewRegistration = Schemas['NewRegistration']
export type ChangeRegistration = Schemas['ChangeRegistration']
export type RegistrationLine = NewRegistration['lines'][number]
export type WaybillInput = NonNullable<NewRegistration['waybill']>
export type SignOffRequest = Schemas['SignOff']
export type RegistrationsPage = Page<Registration>

export type Order = Schemas['OrderView']
export type OrderLineOpen = Order['lines'][number]
export type Orders = Schemas['OrdersView']

export type Product = Schemas['ProductWords']
export type Availability = Product['availability']

export type Vehicle = Schemas['VehicleView']
export type VehicleKind = Vehicle['kind']
export type PlateColour = Vehicle['plate_colour']
export type SaveVehicle = Schemas['SaveVehicle']
export type Person = Schemas['PersonView']
export type PersonRole = Person['role']
export type SavePerson = Schemas['SavePerson']
export type Validity = Vehicle['validity']
export type Expiry = Vehicle['expiries'][number]
export type CertificatePhoto = Vehicle['photos'][number]
export type Upload = Schemas['UploadView']

export type Report = Schemas['ReportView']
export type NewReport = Schemas['NewReport']
export type ReportsPage = Page<Report>

export type Lanes = Schemas['LanesView']
export type Lane = Lanes['items'][number]
export type LaneState = Lane['state']
export type QueuePosition = Lanes['mine'][number]
