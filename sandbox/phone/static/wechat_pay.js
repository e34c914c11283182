// WeChat Pay's console: orders, notifications with their attempts, refunds, bills, faults and switches, calls.

import { attempt, call, clockTime, fill, h, isTyping, shortTime, toast } from './dom.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { yuan } from './money.js'
import { segments } from './segments.js'

const BASE = '/sandbox/wechat_pay'
const ORDERS = { NOTPAY: ['amber', '未支付'], SUCCESS: ['green', '已支付'], REFUND: ['blue', '转入退款'], CLOSED: ['', '已关闭'] }
const REFUNDS = { PROCESSING: ['amber', '处理中'], SUCCESS: ['green', '已退款'], ABNORMAL: ['red', '退款异常'], CLOSED: ['', '已关闭'] }
const NOTICES = { pending: ['amber', '等待发送'], delivered: ['green', '已收到'], given_up: ['red', '已放弃'], lost: ['', '已丢失'], held: ['blue', '压住，等退款先发'] }
const EVENTS = { 'TRANSACTION.SUCCESS': '支付成功', 'REFUND.SUCCESS': '退款成功', 'REFUND.ABNORMAL': '退款异常', 'REFUND.CLOSED': '退款关闭' }
const PATHS = {
  '*': '全部', '/v3/pay/transactions/jsapi': '下单（jsapi）', '/v3/pay/transactions/': '下单、查单、关单', '/v3/refund/': '退款与查询退款',
  '/v3/certificates': '平台证书', '/v3/bill/': '申请账单', '/v3/billdownload/': '下载账单',
}
const TAMPERS = { amount: '金额改 1 分', merchant: '别的商户', order: '不认识的订单', app: '别的公众号', currency: '别的币种', key: '别的密钥加密' }
const SIGNATURES = { good: '正常', probe: '探测（SIGNTEST）', stale: '过期时间戳', unknown_serial: '不认识的序列号', wrong: '签名不对', missing: '没有签名' }
const KNOBS = {
  mode: { title: '验签方式', hint: '微信用哪一种身份签名', choices: { public_key: '微信支付公钥', certificate: '平台证书', both: '两者并用（切换期）' } },
  response_signature: { title: '应答的签名', hint: '除“正常”外，产品都不能相信这个应答', choices: SIGNATURES },
  response_signature_times: { title: '应答签名错几次', hint: '之后恢复正常', empty: '一直' },
  notice_signature: { title: '通知的签名', hint: '除“正常”外，产品都要拒绝', choices: SIGNATURES },
  notice_signature_times: { title: '通知签名错几次', hint: '之后恢复正常', empty: '一直' },
  signature_type: { title: '带 Signature-Type', hint: '文档里没有的头，可能不带' },
  notices: { title: '支付、退款通知', hint: '丢失的可以在「通知」里补发', flags: { lost: '丢失', duplicate: '重复', reordered: '退款先于支付' } },
  notice_tamper: { title: '通知内容', hint: '签名是对的，内容是假的', choices: { '': '真实', ...TAMPERS } },
  clock_speed: { title: '重发时钟（倍速）', hint: '60：第一次重发 15 秒变 0.25 秒，全程 24 分钟' },
  payment_directories: { title: '支付授权目录', hint: '页面地址要在其中一个之下，以 / 结尾', text: 'https://…/' },
  console_notify_url: { title: '商户平台的退款通知地址', hint: '退款请求没有带地址时用它', text: '没有' },
  refund_seconds: { title: '退款用时（秒）', hint: '不填时只由人工处理', empty: '人工' },
  refund_result: { title: '退款自动结果', hint: '到时间后的结果', choices: { SUCCESS: '成功', ABNORMAL: '异常', CLOSED: '关闭' } },
  balance_fen: { title: '商户原有余额（分）', hint: '余额 = 原有 + 收款 − 退款；不够时退款返回 NOT_ENOUGH' },
  bills_at_once: { title: '账单立即可取', hint: '否则次日 10:00 以后' },
  bill_link_seconds: { title: '账单链接有效（秒）', hint: '申请后多久失效' },
  insufficient: { title: '零钱余额不足', hint: '选零钱支付失败，选银行卡可以' },
  cashier_error: { title: '支付时系统繁忙', hint: '确认支付后失败，钱没有动' },
  killed_after_paying: { title: '付完微信被杀掉', hint: '钱已付，页面永远等不到回调' },
}
const PAGE = 60 // rows shown at most; the interface and the tests see everything

export class PayConsole {
  name = 'wechat_pay'
  title = '微信支付'

  constructor(people) {
    this.names = Object.fromEntries(people.map((person) => [person.openid, person.nickname]))
    this.orders = h('div')
    this.notices = h('div')
    this.refunds = h('div')
    this.balance = h('div', { class: 'cards', style: 'margin-bottom:16px' })
    const faults = new FaultPanel('wechat_pay', PATHS, 'SYSTEM_ERROR')
    const knobs = new KnobPanel('wechat_pay', KNOBS)
    const calls = new CallLog('wechat_pay')
    const settings = h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), faults.element, h('section', { class: 'section' }, h('h2', {}, '开关'), knobs.element))
    this.parts = segments([
      { name: 'orders', title: '订单', element: h('div', {}, this.balance, this.orders), refresh: () => this.#refreshOrders() },
      { name: 'notices', title: '通知', element: this.notices, refresh: () => this.#refreshNotices() },
      { name: 'refunds', title: '退款', element: this.refunds, refresh: () => this.#refreshRefunds() },
      { name: 'bills', title: '账单与证书', element: this.#billPart(), refresh: () => null },
      { name: 'faults', title: '故障与开关', element: settings, refresh: () => Promise.all([faults.refresh(), knobs.refresh()]) },
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

  async #refreshOrders() {
    const [{ items }, { balance_fen: balance }] = await Promise.all([call(`${BASE}/orders`), call(`${BASE}/account`)])
    const paid = items.filter((order) => ['SUCCESS', 'REFUND'].includes(order.state))
    const figures = [['商户余额', yuan(balance)], ['已支付', paid.length], ['未支付', items.filter((order) => order.state === 'NOTPAY').length]]
    fill(this.balance, JSON.stringify(figures), () => figures.map(([label, value]) => h('div', { class: 'figure' }, h('small', {}, label), h('b', {}, String(value)))))
    fill(this.orders, JSON.stringify(items), () => items.length ? items.slice(0, PAGE).map((order) => this.#order(order)) : h('p', { class: 'empty' }, '还没有订单。产品下单后会出现在这里。'))
  }

  #order(order) {
    const [colour, word] = ORDERS[order.state]
    const pay = (body, text) => h('button', { class: 'button quiet small', onclick: () => this.#pay(order, body) }, text)
    const lines = [`付款人 ${this.names[order.openid] ?? order.openid}`, `商户单号 ${order.out_trade_no}`, order.transaction_id && `微信单号 ${order.transaction_id}`,
      `下单 ${shortTime(order.created_at)}`, order.paid_at ? `支付 ${shortTime(order.paid_at)}` : `可付到 ${shortTime(order.expires_at)}`, order.closed_at && `关闭 ${shortTime(order.closed_at)}`,
      order.not_in_bill && '不进账单', order.billed_fen && `账单里写 ${yuan(order.billed_fen)}`]
    return h('article', { class: 'visit', 'data-order': order.out_trade_no },
      h('div', { class: 'visit-head' }, h('b', {}, yuan(order.amount_fen)), h('span', {}, order.description), h('span', { class: `pill ${colour}` }, word),
        h('span', { class: 'push row' }, order.state === 'NOTPAY' && pay({}, '替他付款'), order.state === 'CLOSED' && pay({ late: true }, '迟到的付款'))),
      h('div', { class: 'facts' }, lines.filter(Boolean).map((text) => h('span', {}, text))))
  }

  #pay(order, body) {
    return attempt(async () => {
      const said = await call(`${BASE}/orders/${order.out_trade_no}/pay`, 'POST', body)
      toast(said.refused ?? said.err_desc ?? '已付款，产品会收到通知')
      await this.#refreshOrders()
    })
  }

  async #refreshNotices() {
    if (isTyping(this.notices)) return
    const { items } = await call(`${BASE}/notifications`)
    fill(this.notices, JSON.stringify(items), () => items.length ? items.slice(0, PAGE).map((notice) => this.#notice(notice)) : h('p', { class: 'empty' }, '还没有通知。有人付款或退款结束后，会自动发给产品。'))
  }

  #notice(notice) {
    const [colour, word] = NOTICES[notice.state]
    const send = (path, body) => attempt(async () => {
      const { status } = await call(`${BASE}/notifications/${notice.id}/${path}`, 'POST', body)
      toast(`产品的回答：HTTP ${status || '无'}`)
      document.activeElement?.blur()
      await this.#refreshNotices()
    })
    const lies = h('select', { 'aria-label': '发一条假的', style: 'width:auto', onchange: () => lies.value && send('send', SIGNATURES[lies.value] ? { signature: lies.value } : { tamper: lies.value }) },
      [['', '发一条假的…'], ...Object.entries(TAMPERS), ...Object.entries(SIGNATURES).filter(([kind]) => kind !== 'good')].map(([value, text]) => { const option = h('option', {}, text); option.value = value; return option }))
    const { amount } = notice.content
    const lines = [`商户单号 ${notice.out_trade_no}`, `发生 ${clockTime(notice.created_at)}`, notice.due_at && notice.attempts.length > 0 && `下次 ${clockTime(notice.due_at)}`, notice.url]
    return h('article', { class: 'visit', 'data-notice': notice.id },
      h('div', { class: 'visit-head' }, h('b', {}, `${EVENTS[notice.event]} ${yuan(amount.refund ?? amount.total)}`), h('span', { class: `pill ${colour}` }, word),
        h('span', { class: 'push row' }, h('button', { class: 'button quiet small', onclick: () => send('send', {}) }, '再发一次'),
          notice.attempts.length > 0 && h('button', { class: 'button quiet small', onclick: () => send('replay', {}) }, '原样重放'), h('span', { class: 'field' }, lies))),
      h('div', { class: 'facts' }, lines.filter(Boolean).map((text) => h('span', {}, text))),
      h('div', { class: 'attempts' }, notice.attempts.map(tried)))
  }

  async #refreshRefunds() {
    const { items } = await call(`${BASE}/refunds`)
    fill(this.refunds, JSON.stringify(items), () => items.length ? items.slice(0, PAGE).map((refund) => this.#refund(refund)) : h('p', { class: 'empty' }, '还没有退款。'))
  }

  #refund(refund) {
    const [colour, word] = REFUNDS[refund.status]
    const settle = (result, text) => refund.status !== result && h('button', { class: 'button quiet small', 'data-settle': result, onclick: () => attempt(async () => {
      await call(`${BASE}/refunds/${encodeURIComponent(refund.out_refund_no)}/settle`, 'POST', { result })
      await this.#refreshRefunds()
    }) }, text)
    const open = ['PROCESSING', 'ABNORMAL'].includes(refund.status)
    const lines = [`退款单号 ${refund.out_refund_no}`, `商户单号 ${refund.out_trade_no}`, `原订单 ${yuan(refund.total_fen)}`, refund.reason && `原因 ${refund.reason}`,
      `申请 ${shortTime(refund.created_at)}`, refund.success_at && `到账 ${shortTime(refund.success_at)}`]
    return h('article', { class: 'visit', 'data-refund': refund.out_refund_no },
      h('div', { class: 'visit-head' }, h('b', {}, yuan(refund.amount_fen)), h('span', { class: `pill ${colour}` }, word),
        h('span', { class: 'push row' }, open && [settle('SUCCESS', '退款成功'), settle('ABNORMAL', '退款异常'), settle('CLOSED', '退款关闭')].filter(Boolean))),
      h('div', { class: 'facts' }, lines.filter(Boolean).map((text) => h('span', {}, text))))
  }

  #billPart() {
    const day = h('input', { type: 'date', value: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10) })
    const kind = h('select', {}, [['ALL', '全部'], ['SUCCESS', '支付'], ['REFUND', '退款']].map(([value, text]) => { const option = h('option', {}, text); option.value = value; return option }))
    const show = h('pre', { class: 'code', hidden: true })
    const url = () => `${BASE}/bills/${day.value}?type=${kind.value}`
    const look = async () => {
      const answer = await fetch(url())
      show.hidden = false
      show.textContent = answer.ok ? (await answer.text()).replace(/^\ufeff/, '') : (await answer.json()).message
    }
    const download = async () => ((await fetch(url())).ok ? location.assign(url()) : look())
    const field = (text, control) => h('label', { class: 'field' }, h('span', {}, text), control)
    const rotate = () => attempt(async () => toast(`新证书 ${(await call(`${BASE}/certificates`, 'POST', {})).serial.slice(0, 12)}…，新旧都在签名`))
    return h('div', {}, h('p', { class: 'lead' }, '某一天的交易账单，此刻的样子；产品取得到它的时间见「故障与开关」。'),
      h('div', { class: 'row', style: 'align-items:end;margin-bottom:14px' }, field('日期', day), field('类型', kind),
        h('button', { class: 'button quiet', onclick: () => attempt(look) }, '预览'), h('button', { class: 'button', onclick: () => attempt(download) }, '下载')), show,
      h('section', { class: 'section' }, h('h2', {}, '平台证书'), h('p', { class: 'lead' }, '平台证书方式下，微信会换证书；换的时候新旧证书都在用。'),
        h('button', { class: 'button quiet', onclick: rotate }, '再发一张证书')))
  }
}

function tried({ at, status, note }) {
  const words = { replay: '重放', ...TAMPERS, ...SIGNATURES }
  const colour = [200, 204].includes(status) ? 'green' : 'red'
  // What came of a lie is for the reader to judge.
  return h('span', { class: `pill ${note ? '' : colour}` }, `${clockTime(at)} ${status ? `HTTP ${status}` : '无回答'}${note ? ` · ${words[note]}` : ''}`)
}
