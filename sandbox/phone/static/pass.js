// Somebody stands at a gate: choose the credential and the time, get a large answer.

import { attempt, base64Of, call, fieldTime, fill, h, pictureDrop, shortTime, toast } from './dom.js'
import { FACE, SCAN } from './icons.js'

const KINDS = { qr: '二维码', face: '人脸', plate: '车牌', card: '卡' }
const HINTS = { qr: '二维码内容', plate: '车牌号，如 闽A12345', card: '卡号或身份证号' }

export class PassAttempt {
  constructor() {
    this.kind = 'qr'
    this.onPassed = () => null
    this.visits = []
    this.kinds = h('div', { class: 'segments', role: 'radiogroup', 'aria-label': '凭证' })
    this.credential = h('div', { class: 'field' })
    this.value = h('input', { 'data-testid': 'credential' })
    this.face = h('select')
    this.when = h('input', { type: 'datetime-local', hidden: true, 'aria-label': '通行时间' })
    this.moment = h('select', { 'aria-label': '什么时间', onchange: () => this.#fitTime() }, h('option', {}, '现在'), h('option', {}, '指定时间'))
    this.answer = h('div', { class: 'answer', role: 'status', 'data-testid': 'gate-answer' }, h('p', {}, '选设备和凭证，点「通行」'))
    const go = (event) => { event.preventDefault(); attempt(() => this.#go()) }
    this.element = h('form', { class: 'attempt', onsubmit: go }, this.kinds, this.credential,
      h('div', { class: 'field' }, h('span', {}, '时间（北京时间）'), h('div', { class: 'row' }, h('div', { class: 'grow' }, this.moment), h('div', { class: 'grow' }, this.when))),
      h('button', { class: 'button', style: 'min-height:46px;font-size:17px' }, '通行'), this.answer)
    this.picture = this.#pictureField()
    this.facePicture = this.#facePictureField()
  }

  setDevice(device) {
    this.device = device
    if (!device.reads.includes(this.kind)) this.kind = device.reads[0]
    this.kinds.replaceChildren(...Object.entries(KINDS).map(([kind, text]) => h('button', {
      type: 'button', role: 'radio', 'aria-checked': String(kind === this.kind), disabled: !device.reads.includes(kind),
      title: device.reads.includes(kind) ? null : '这台设备不能识别', onclick: () => { this.kind = kind; this.setDevice(device) },
    }, text)))
    this.#drawCredential()
  }

  /** Whose face, plate or code can be presented at once. */
  setVisits(visits) {
    this.visits = visits
    fill(this.face, JSON.stringify(visits.map((visit) => [visit.phone, visit.has_face])), () => this.#faces())
  }

  /** Fills in the pass of a visit. */
  present(visit) {
    this.kind = this.device.reads.includes('qr') ? 'qr' : 'plate'
    this.value.value = this.kind === 'qr' ? visit.qr_content : visit.plate_number
    this.setDevice(this.device)
  }

  #faces() {
    const people = new Map(this.visits.map((visit) => [visit.phone, visit]))
    if (!people.size) return [h('option', {}, '平台上还没有访客')]
    return [...people.values()].map((visit) => {
      const option = h('option', {}, `${visit.visitor_name} ${visit.phone}${visit.has_face ? '' : '（无照片）'}`)
      option.value = `phone:${visit.phone}`
      return option
    })
  }

  #drawCredential() {
    if (this.kind === 'face') return this.credential.replaceChildren(h('span', {}, '站在镜头前的人'), this.face, this.facePicture)
    this.value.placeholder = HINTS[this.kind]
    const label = h('span', {}, HINTS[this.kind])
    return this.credential.replaceChildren(label, this.value, ...(this.kind === 'qr' ? [this.picture] : []))
  }

  #pictureField() {
    const read = (file) => attempt(async () => {
      this.value.value = (await call('/sandbox/phone/scan', 'POST', file)).text
      await this.#go()
    })
    const zone = pictureDrop(SCAN, '或放入二维码图片', '选文件、拖进来，或点一下这里后粘贴截图', read)
    zone.setAttribute('data-own-paste', '')
    zone.addEventListener('paste', (event) => {
      const [picture] = event.clipboardData.files
      if (picture) read(picture)
    })
    return zone
  }

  /** Whoever is in the picture stands before the camera. */
  #facePictureField() {
    const show = (file) => attempt(async () => this.#attempt(await base64Of(file)))
    const zone = pictureDrop(FACE, '或放入一张人脸照片', '选文件或拖进来：照片里的人站到镜头前', show)
    zone.dataset.testid = 'face-picture'
    return zone
  }

  #fitTime() {
    this.when.hidden = this.moment.selectedIndex === 0
    if (!this.when.value) this.when.value = fieldTime(new Date())
  }

  async #go() {
    const value = this.kind === 'face' ? this.face.value : this.value.value.trim()
    return value ? this.#attempt(value) : toast('先给出凭证')
  }

  async #attempt(value) {
    const body = { credential: { kind: this.kind, value }, device: this.device.code }
    if (this.moment.selectedIndex === 1) body.at = `${this.when.value}:00+08:00`
    this.#show(await call('/sandbox/gate/pass', 'POST', body))
    this.onPassed()
  }

  #show(verdict) {
    this.answer.className = `answer ${verdict.open ? 'open' : 'shut'}`
    this.answer.dataset.reason = verdict.reason
    const visitor = verdict.visitor && h('small', {}, `${verdict.visitor.name} · ${shortTime(verdict.visitor.start)} – ${shortTime(verdict.visitor.end)}`)
    this.answer.replaceChildren(...[h('strong', {}, verdict.open ? '开门' : '不开'), h('p', {}, verdict.text), visitor,
      h('small', {}, `${this.device.name} · ${shortTime(verdict.at)} · `, h('code', {}, verdict.reason))].filter(Boolean))
  }
}
