import type { DeviceRight, FaceState, GateStatus, ParkStatus, Stage, UserStatus } from './api/types'

/** The five meanings a status colour can have; colours stand in theme/tokens.css. */
export type Tone = 'waiting' | 'ready' | 'failed' | 'ended' | 'busy'

export interface StatusWord {
  word: string
  tone: Tone
}

export const STAGES: Record<Stage, StatusWord> = {
  awaiting_approval: { word: '待审批', tone: 'waiting' },
  awaiting_gate: { word: '等待下发', tone: 'waiting' },
  awaiting_park: { word: '等待园区', tone: 'waiting' },
  ready: { word: '可通行', tone: 'ready' },
  gate_failed: { word: '下发失败', tone: 'failed' },
  park_rejected: { word: '园区拒绝', tone: 'failed' },
  park_failed: { word: '报送失败', tone: 'failed' },
  refused: { word: '已拒绝', tone: 'failed' },
  cancelled: { word: '已取消', tone: 'ended' },
  replaced: { word: '已改约', tone: 'ended' },
  expired: { word: '已过期', tone: 'ended' },
  ended: { word: '已结束', tone: 'ended' },
  entered: { word: '已入厂', tone: 'busy' },
  overstayed: { word: '超时未离厂', tone: 'failed' },
  left: { word: '已离厂', tone: 'ended' },
  checked_out: { word: '自动离厂', tone: 'waiting' },
}

/** What the visitor should know or do next, one sentence per stage. */
export const NEXT_STEP: Record<Stage, string> = {
  awaiting_approval: '申请已提交，等待厂方审批；审批后这里会更新。',
  awaiting_gate: '通常一两分钟内完成，完成后这里会出现通行二维码。',
  awaiting_park: '厂区已准备好，还在等园区受理；受理后这里会出现通行二维码。',
  ready: '到门岗出示下面的二维码。',
  gate_failed: '审批已通过，但通行权限没有全部下发。可请门岗人工登记入厂。',
  park_rejected: '厂区已批准，但园区没有受理，请联系被访人。',
  park_failed: '厂区已批准，但没有报送到园区，请联系被访人或门岗。',
  refused: '申请未获批准；修改后可以重新预约，有疑问请联系被访人。',
  cancelled: '这次预约已取消，门禁不会放行。需要时请重新预约。',
  replaced: '这次预约已修改，由新的预约代替；这里的通行证已失效。',
  expired: '预约时间已过仍未审批，需要时请重新预约。',
  ended: '访问时间已结束，通行码已失效。',
  entered: '请在预约时间内离厂；出门仍用这个二维码。',
  overstayed: '预约时间已过，您还没有离厂记录。请尽快到门岗办理离厂，需要延长请联系被访人。',
  left: '离厂已登记；预约时间内可凭原二维码再次入厂。',
  checked_out: '没有收到离厂记录，夜间已自动登记离厂。仍在厂内请马上联系门岗。',
}

/** The same for whoever decides; stages without an entry need nothing from them. */
export const APPROVER_STEP: Partial<Record<Stage, string>> = {
  awaiting_approval: '请核对来访人、时间和事由后处理。',
  awaiting_gate: '下发完成后，访客会看到通行二维码。',
  ready: '访客已拿到通行二维码。',
  awaiting_park: '等园区受理后，访客会看到通行二维码。',
  gate_failed: '已批准，但通行权限没有全部下发，请在管理端的预约详情或「推送」中处理。',
  park_rejected: '已批准，但园区没有受理，请告知访客或联系园区。',
  park_failed: '已批准，但没有报送到园区，请在管理端「推送」中处理。',
  refused: '已拒绝，访客能看到原因。',
  replaced: '访客修改过这次预约，请审批修改后的那一条。',
  entered: '访客正在厂内。',
  overstayed: '访客超过预约时间还没有离厂记录，请联系访客或被访人确认。',
  checked_out: '没有离厂记录，夜间已自动登记离厂，请核实。',
}

export const GATES: Record<GateStatus, StatusWord> = {
  none: { word: '未下发', tone: 'ended' },
  waiting: { word: '等待下发', tone: 'waiting' },
  ready: { word: '已下发', tone: 'ready' },
  failed: { word: '下发失败', tone: 'failed' },
  revoking: { word: '正在撤销', tone: 'busy' },
  revoked: { word: '已撤销', tone: 'ended' },
}

export const DEVICES: Record<DeviceRight['state'], StatusWord> = {
  ready: { word: '已下发', tone: 'ready' },
  pending: { word: '未完成', tone: 'waiting' },
  failed: { word: '失败', tone: 'failed' },
export const FACES: Record<FaceState, StatusWord> = {
  kept: { word: '已提供', tone: 'waiting' },
  at_gate: { word: '已下发', tone: 'ready' },
  refused: { word: '未接受', tone: 'failed' },
  missing: { word: '未送达', tone: 'failed' },
  dropped: { word: '未使用', tone: 'ended' },
  handed_on: { word: '未使用', tone: 'ended' },
}

export const PARKS: Record<ParkStatus, StatusWord> = {
  none: { word: '未报送', tone: 'ended' },
  waiting: { word: '等待园区', tone: 'waiting' },
  accepted: { word: '园区已受理', tone: 'ready' },
  rejected: { word: '园区拒绝', tone: 'failed' },
  failed: { word: '报送失败', tone: 'failed' },
  cancelling: { word: '正在撤销', tone: 'busy' },
  cancelled: { word: '已撤销', tone: 'ended' },
}

export const USER_STATES: Record<UserStatus, StatusWord> = {
  active: { word: '正常', tone: 'ready' },
  disabled: { word: '已停用', tone: 'failed' },
}
