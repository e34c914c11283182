/** The API's shapes (names of the OpenAPI components). */
export type Role = 'visitor_approver' | 'logistics' | 'canteen' | 'administrator'
export type Stage =
  'awaiting_approval' | 'awaiting_gate' | 'ready' | 'gate_failed' | 'refused' | 'cancelled' | 'expired' | 'ended'
export type VisitStatus = 'submitted' | 'approved' | 'refused' | 'cancelled'
export type GateStatus = 'none' | 'waiting' | 'ready' | 'failed' | 'revoking' | 'revoked'
export type Gender = 'male' | 'female'
export type TicketStatus = 'waiting' | 'scanned' | 'confirmed' | 'refused' | 'expired'

export interface User {
  id: string
  nickname: string | null
  avatar_url: string | null
  roles: Role[]
}
export interface Session {
  user: User
  csrf_token: string
}
export interface Visitor {
  name: string
  gender: Gender
  phone: string
  plate_number?: string | null
}
export interface SavedVisitor extends Visitor {
  id: string
}
export interface Host {
  name: string
  phone: string
  job_number?: string | null
}
export interface Visit {
  id: string
  status: VisitStatus
  stage: Stage
  gate: { status: GateStatus; message?: string | null; order_id?: string | null }
  visitor: Visitor
  host: Host
  starts_at: string
  ends_at: string
  purpose: string
  submitted_at: string
  decided_at?: string | null
  decided_by?: string | null
  refusal_reason?: string | null
  pass?: { qr_content: string; valid_from: string; valid_until: string } | null
  can_cancel: boolean
  can_decide: boolean
  version: number
  timeline: { at: string; event: string }[]
}
export interface ReserveRequest {
  request_id: string
  visitor: Visitor
  remember: boolean
  host: Host
  starts_at: string
  ends_at: string
  purpose: string
}
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
export interface OfficeTicket {
  ticket: string
  sign_in_url: string
  expires_at: string
}
export interface TicketView {
  status: TicketStatus
  expires_at: string
  browser: string
}
export interface Push {
  id: string
  peer: string
  kind: string
  object_key: string
  state: 'pending' | 'failed' | 'done'
  attempts: number
  next_attempt_at: string | null
  last_error: string | null
  created_at: string
}
