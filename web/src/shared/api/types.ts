import type { components } from './schema'

/** The business's names for the shapes of the generated OpenAPI types (`npm run api`). */
type Schemas = components['schemas']

export type Role = Schemas['Role']
export type Stage = Schemas['Stage']
export type VisitStatus = Schemas['Status']
export type GateStatus = Schemas['GateStatus']
export type DeviceRight = Schemas['DeviceView']
export type Passage = Schemas['PassageView']
export type FaceState = Schemas['FaceState']
export type ParkStatus = Schemas['ParkStatus']
export type User = Schemas['UserView']
export type Session = Schemas['SessionView']
export type Visitor = Schemas['VisitorPerson']
export type SavedVisitor = Schemas['SavedVisitorView']
export type Visit = Schemas['VisitView']
export type Party = Schemas['PartyView']
export type ChangeRequest = Schemas['ChangeVisits']
export type SeenVisit = Schemas['SeenVisit']
export type Consent = Schemas['ConsentView']
export type ConsentKind = Schemas['ConsentKind']
export type ConsentRecord = Schemas['ConsentRecordView']
export type HostCandidate = Schemas['CandidateView']
export type OpeningHours = Schemas['OpeningHoursView']
export type ReserveRequest = Schemas['SubmitVisit']
export type OfficeTicket = Schemas['OfficeTicketView']
export type TicketView = Schemas['OfficeRequestView']
export type TicketStatus = TicketView['status']
export type Push = Schemas['PushView']
export type Blocked = Schemas['BlockedView']
export type BlockRequest = Schemas['BlockPhone']
export type UserStatus = Schemas['UserStatus']
export type OfficeUser = Schemas['OfficeUserView']
export type Article = Schemas['ArticleView']
export type SentNotice = Schemas['NoticeView']
export type AccountMenu = Schemas['MenuView']
export type MenuEntries = Schemas['PublishMenu']['entries']
export type AuditEntry = Schemas['AuditEntryView']

export type Migration = Schemas['MigrationView']
export type MigrationStage = Schemas['MigrationStage']
export type SourceForm = Schemas['SourceForm']
export type ConvertRequest = Schemas['StartConvert']
export type OldFollower = Schemas['OldFollowerView']
export type ImportFile = Schemas['ImportView']
export type ImportKind = Schemas['ImportKind']
export type ImportState = Schemas['ImportState']
export type FaultyLine = Schemas['LinesView']['items'][number]

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export type VisitsPage = Page<Visit> & Pick<Schemas['VisitsView'], 'examined'>
export type ExportRequest = Schemas['OfficeFilter']
export type PassagesPage = Page<Passage>
export type BlockedPage = Page<Blocked>
export type PurgesPage = Schemas['PurgesView']
export type NoticesPage = Page<SentNotice>
export type AuditPage = Page<AuditEntry>
export type PushesPage = Page<Push> & Pick<Schemas['PushesView'], 'peers' | 'switched_off'>
export type ImportsPage = Page<ImportFile>
export type UsersPage = Page<OfficeUser> & Pick<Schemas['OfficeUsersView'], 'examined'>
