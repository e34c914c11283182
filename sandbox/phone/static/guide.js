// The first tab: the whole walk in a few steps, each with a button that starts it.

import { attempt, call, fill, h } from './dom.js'

const WALK = [
  { who: '林晓雨', title: '访客预约来访', text: '点手机菜单「访客预约」，允许微信登录，填写来访人、被访人（查找「王海峰」并点选）和时间，提交。' },
  { who: '陈建国', title: '审批人批准', text: '陈建国的手机：访客预约 → 我的审批，打开这条预约，点「批准」。' },
  { who: '林晓雨', title: '通行证就绪', text: '批准后，登记和权限会自动下发到门禁，预约变为「可通行」，出现二维码。' },
  { tab: 'gate', title: '到门口试一试', text: '选一台闸机，出示二维码或输入车牌。时间段内开门，其他时间、其他设备都不开，并说明原因。' },
  { who: '黄志强', title: '办公室看全部', text: '打开右上角的管理端，会出现登录二维码；截图后粘贴到手机的「扫一扫」，在手机上确认登录。' },
  { tab: 'gate', segment: 'faults', title: '弄坏它', text: '让门禁平台停机、丢回答或变慢，再审批一次：预约停在「等待下发」，恢复后自动完成。' },
  { who: '吴大勇', title: '司机登记提货', text: '点手机菜单「智慧物流」：添加车辆、驾驶员和押运员，选一张订单，登记提货。登记后会得到一张卡和排队号。' },
  { tab: 'le', segment: 'trucks', title: '当一回调度', text: '报到、叫号、进厂、过磅、出厂：一个按钮走一步，司机的手机跟着变。也可以在「故障与开关」里让车自己走。' },
  { tab: 'mes', segment: 'tanks', title: '看罐区', text: '过磅之后储罐降下净重。把存量调低、锁定储罐或让仪表停住，再登记一次：看产品怎样回答。' },
  { who: '许文静', title: '绑定餐卡并充值', text: '点手机菜单「餐卡服务」：验证预留手机绑定餐卡（这个手机号有两个账户，工号 A1008），充值，看余额和消费记录。' },
  { tab: 'canteen', segment: 'pos', title: '到食堂吃一餐', text: '选许文静的卡，点「午餐」；换成「脱机」再吃一餐，过一会儿才入账。把卡挂失，再刷一次：不能消费。' },
  { who: '郭丽华', title: '食堂管理员看账', text: '打开管理端，用手机「扫一扫」登录：充值记录有两边的单号，消费记录有合计和图表，还有对账和数据同步。' },
  { tab: 'canteen', segment: 'faults', title: '让食堂停机', text: '停机后再充一笔：已付款，停在「充值处理中」，恢复后自动到账。选一个「拒绝新的充值」的原因：钱自动退回微信。' },
  { who: '林晓雨', title: '换成小程序', text: '点「扫一扫」旁边的小程序图标：不用再登录，看到的是同一个人的同一些预约。' },
]

const SYSTEMS = ['wechat', 'gate', 'park', 'le', 'mes', 'wechat_pay', 'canteen', 'sms']
const OVER = ['signed', 'cancelled', 'rejected', 'empty_out']
const TABS = { gate: '打开门禁', le: '打开物流', mes: '打开罐区', canteen: '打开食堂' }

export class Guide {
  name = 'guide'
  title = '走一遍'

  constructor(phone) {
    this.phone = phone
    this.openTab = () => null
    this.now = h('div', { class: 'cards' })
    this.element = h('div', {},
      h('p', { class: 'lead' }, '左边是一部手机：上方选择现在由谁拿着，每个人有自己的登录状态。右边是看得见内部的控制台。'),
      h('ol', { class: 'steps' }, WALK.map((step) => this.#step(step))),
      h('section', { class: 'section' }, h('h2', {}, '现在'), this.now))
  }

  async refresh() {
    const [visits, published, trucks, ...faults] = await Promise.all([
      call('/sandbox/gate/visits'), call('/sandbox/wechat/menu'), call('/sandbox/le/registrations'), ...SYSTEMS.map((system) => call(`/sandbox/${system}/faults`)),
    ])
    const live = visits.items.filter((visit) => !visit.is_over)
    const figures = [
      ['已发布菜单', published.menu ? `${published.menu.button.length} 个按钮` : '未发布'],
      ['门禁平台上的访客', live.length],
      ['权限全部就绪', live.filter((visit) => visit.rights.length && visit.rights.every((right) => right.status === 0)).length],
      ['进行中的车辆登记', trucks.items.filter((truck) => !OVER.includes(truck.status)).length],
      ['打开的故障', faults.reduce((count, { items }) => count + items.length, 0)],
    ]
    fill(this.now, JSON.stringify(figures), () =>
      figures.map(([label, value]) => h('div', { class: 'figure' }, h('small', {}, label), h('b', {}, String(value)))))
  }

  #step(step) {
    const person = this.phone.people.find((item) => item.nickname === step.who)
    const go = person
      ? h('button', { class: 'button quiet small', onclick: () => attempt(() => this.phone.give(person.openid)) }, `换成${step.who}`)
      : h('button', { class: 'button quiet small', onclick: () => this.openTab(step.tab, step.segment) }, TABS[step.tab])
    return h('li', {}, h('div', {}, h('b', {}, step.title), h('p', {}, step.text)), go)
  }
}
