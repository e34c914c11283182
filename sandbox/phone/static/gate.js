// The gate console: try to pass, visits with their rights, faults and switches, call log.

import { attempt, call, fill, h, markup, shortTime } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { BARRIER, DOOR, TURNSTILE } from './icons.js'
import { KnobPanel } from './knobs.js'
import { PassAttempt } from './pass.js'
import { segments } from './segments.js'

const ICONS = { 1: DOOR, 4: BARRIER, 5: TURNSTILE }
const READS = { qr: '二维码', face: '人脸', plate: '车牌', card: '卡' }
const CARD_WORDS = { 0: '卡', 3: '二维码', 4: '车牌', '': '人脸' }
const RIGHT_WORDS = { 0: ['green', '已下发'], 1: ['amber', '下发中'], 2: ['red', '下发失败'] }
const STATUS_COLOURS = { 1: 'blue', 2: 'amber', 3: '', 5: '', 6: '', 7: 'red', 8: 'green' }
const PATHS = {
  '*': '全部', '/artemis/api/visitor/v1/appointment/registration': '登记（registration）',
  '/artemis/api/visitor/v2/appointment/records': '查询预约（records）', '/artemis/api/visitor/v1/auth/download/result': '下发结果',
  '/artemis/api/visitor/v1/visitor/out': '签离（visitor/out）', '/artemis/api/visitor/v1/appointment/cancel': '取消预约',
  '/artemis/api/visitor/v1/event/turnover/search': '查询通行记录（turnover）', '/artemis/api/visitor/v2/visiting/records': '查询到访',
  '/artemis/api/resource/v1/person': '查人员',
}
const GROUPS = { 'visitor-gate-main': '访客·厂区大门', 'visitor-production': '访客·生产区' }
const KNOBS = (devices) => ({
  rights_delay_seconds: { title: '权限下发用时（秒）', hint: '登记成功后，多久才到设备' },
  failing_devices: { title: '下发失败的设备', hint: '到时间后这些设备报失败', choices: Object.fromEntries(devices.map((item) => [item.code, item.name])) },
  default_group: { title: '默认权限组', hint: '调用未指定权限组时使用；没有就什么门都不开', choices: { '': '没有', ...GROUPS } },
  granted_groups: { title: '授权给本合作方的权限组', hint: '使用其他组会被拒绝 0x00072201', choices: GROUPS },
  replay_protection: { title: '防重放', hint: '时间戳偏差超过 15 分钟或 nonce 重复即拒绝' },
  automatic_sign_out: { title: '自动签离', hint: '到结束时间自动签离，否则记为超时未离' },
  records_lag_seconds: { title: '查询滞后（秒）', hint: '刚登记的访客要过一会儿才查得到' },
  face_score: { title: '人脸评分', hint: '低于 75 整个登记被拒绝；空 = 都合格' },
  call_limit_per_minute: { title: '每分钟调用上限', hint: '超过返回 0x0240100b' },
})

export class GateConsole {
  name = 'gate'
  title = '门禁'

  constructor() {
    this.devices = []
    this.deviceList = h('div', { class: 'devices', role: 'radiogroup', 'aria-label': '设备' })
    this.pass = new PassAttempt()
    this.passages = h('div')
    this.pass.onPassed = () => attempt(() => this.#refreshPass())
    this.visits = h('div')
    this.faults = new FaultPanel('gate', PATHS, '0x00052103')
    this.knobs = new KnobPanel('gate', {})
    const calls = new CallLog('gate')
    this.parts = segments([
      { name: 'pass', title: '通行测试', element: this.#passPart(), refresh: () => this.#refreshPass() },
      { name: 'visits', title: '访客与权限', element: this.visits, refresh: () => this.#refreshVisits() },
      { name: 'faults', title: '故障与开关', element: this.#faultPart(), refresh: () => Promise.all([this.faults.refresh(), this.#refreshKnobs()]) },
      { name: 'calls', title: '调用记录', element: calls.element, refresh: () => calls.refresh() },
    ])
    this.element = this.parts.element
  }

  async refresh() {
    await this.parts.current().refresh()
  }

  open(part) {
    this.parts.open(part)
  }

  #passPart() {
    return h('div', {}, h('div', { class: 'gate' },
      h('div', {}, this.deviceList, h('section', { class: 'section' }, h('h2', {}, '最近通行'), this.passages)), this.pass.element))
  }

  #faultPart() {
    return h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), this.faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), this.knobs.element))
  }

  async #loadDevices() {
    if (this.devices.length) return
    this.devices = (await call('/sandbox/gate/devices')).items
    this.knobs.words = KNOBS(this.devices)
    this.#choose(this.devices[0])
  }

  #choose(device) {
    this.pass.setDevice(device)
    this.deviceList.replaceChildren(...this.devices.map((item) => h('button', {
      class: 'device', role: 'radio', 'aria-checked': String(item.code === device.code), 'data-device': item.code, onclick: () => this.#choose(item),
    }, markup(ICONS[item.kind]), h('span', {}, h('b', {}, item.name), h('small', {}, item.reads.map((kind) => READS[kind]).join('、'))),
    h('small', {}, item.groups.map((group) => GROUPS[group] ?? group).join('、')))))
  }

  async #refreshPass() {
    await this.#loadDevices()
    const [visits, passages] = await Promise.all([call('/sandbox/gate/visits'), call('/sandbox/gate/passages')])
    this.pass.setVisits(visits.items)
    fill(this.passages, JSON.stringify(passages.items), () => passages.items.length
      ? passageTable(passages.items.slice(0, 8))
      : h('p', { class: 'empty' }, '还没有人通过'))
  }

  async #refreshKnobs() {
    await this.#loadDevices()
    await this.knobs.refresh()
  }

  async #refreshVisits() {
    await this.#loadDevices()
    const { items } = await call('/sandbox/gate/visits')
    fill(this.visits, JSON.stringify(items), () => items.length
      ? items.map((visit) => this.#visit(visit))
      : h('p', { class: 'empty' }, '平台上还没有访客。预约批准后，会自动登记到这里。'))
  }

  #visit(visit) {
    const failed = visit.rights.some((right) => right.status === 2)
    const again = () => attempt(async () => { await call(`/sandbox/gate/visits/${visit.order_id}/download-again`, 'POST'); await this.#refreshVisits() })
    const out = () => attempt(async () => { await call(`/sandbox/gate/visits/${visit.order_id}/sign-out`, 'POST'); await this.#refreshVisits() })
    const tryIt = () => { this.parts.open('pass'); this.pass.present(visit) }
    const facts = [`来访 ${shortTime(visit.start)} – ${shortTime(visit.end)}`, `接待 ${visit.host}`, `手机 ${visit.phone}`,
      visit.plate_number && `车牌 ${visit.plate_number}`, visit.has_face ? '有人脸照片' : '无人脸照片', `二维码 ${visit.qr_content}`]
    return h('article', { class: 'visit' },
      h('div', { class: 'visit-head' }, h('b', {}, visit.visitor_name), h('span', { class: `pill ${STATUS_COLOURS[visit.status]}` }, visit.status_word),
        h('span', { class: 'push row' }, failed && h('button', { class: 'button quiet small', onclick: again }, '重新下发'),
          !visit.is_over && visit.registered && h('button', { class: 'button quiet small', onclick: out }, '前台签离'),
          !visit.is_over && h('button', { class: 'button quiet small', onclick: tryIt }, '用它试通行'))),
      h('div', { class: 'facts' }, facts.filter(Boolean).map((text) => h('span', {}, text))),
      h('div', { class: 'rights' }, visit.rights.length ? visit.rights.map((right) => this.#right(right)) : h('small', {}, this.#noRights(visit))))
  }

  #noRights(visit) {
    if (visit.is_over) return '权限已收回'
    return visit.registered ? '没有下发任何权限（没有权限组）' : '只有预约，未登记，不下发权限'
  }

  #right(right) {
    const [colour, word] = RIGHT_WORDS[right.status]
    return h('span', { class: `pill ${colour}`, title: right.errorCode }, `${right.deviceName} ${word}`)
  }
}

function passageTable(items) {
  const rows = items.map((item) => h('tr', {}, h('td', {}, h('time', {}, shortTime(item.eventTime))), h('td', {}, item.visitorName),
    h('td', {}, item.deviceDesc), h('td', {}, CARD_WORDS[item.cardType] ?? '')))
  return h('div', { class: 'table-scroll' }, h('table', {}, h('tbody', {}, rows)))
}
