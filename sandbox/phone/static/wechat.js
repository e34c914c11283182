// The WeChat console: tokens, menu, callback, faults and switches, call log.

import { attempt, call, clockTime, fill, h, shortTime, toast } from './dom.js'
import { ArticlePanel } from './articles.js'
import { CallLog } from './calls.js'
import { FaultPanel } from './faults.js'
import { KnobPanel } from './knobs.js'
import { segments } from './segments.js'

const PATHS = {
  '*': '全部', '/cgi-bin/stable_token': '取 access_token（stable_token）', '/cgi-bin/token': '取 access_token（token）', '/cgi-bin/menu/': '菜单',
  '/sns/oauth2/access_token': '用 code 换身份', '/sns/userinfo': '取昵称头像', '/sns/jscode2session': '小程序登录', '/cgi-bin/message/template/send': '模板消息',
  '/cgi-bin/ticket/getticket': 'JS-SDK 凭证', '/cgi-bin/freepublish/batchget': '已发布文章',
  '/cgi-bin/user/get': '粉丝列表', '/cgi-bin/changeopenid': '转换 openid',
}
const KNOBS = {
  snapshot_user: { title: '快照页', hint: '网页授权只给虚拟身份（is_snapshotuser）' },
  duplicate_callback: { title: '重复回调', hint: '允许后，回调地址被请求两次' },
  old_token_grace: { title: '旧 token 宽限（秒）', hint: '/cgi-bin/token 换新后，旧的还能用多久' },
  ip_refused: { title: '拒绝服务器 IP', hint: '取 token 返回 40164' },
  open_platform_bound: { title: '绑定开放平台', hint: '返回 unionid' },
  mini_program_anonymous: { title: '小程序不给昵称', hint: 'wx.getUserInfo 只给“微信用户”和灰色头像（2022 年 10 月起）' },
  migration_open: { title: '账号迁移窗口', hint: '关闭后转换 openid 返回 63178' },
  migration_from_form: { title: '迁移时原账号的写法', hint: '微信认哪一种 from_appid，官方文档说法不一', choices: { both: '都认', raw_id: '只认原始 ID', app_id: '只认 AppID' } },
  migration_shuffled: { title: '转换结果乱序', hint: '结果的次序与请求不同' },
  old_accounts_frozen: { title: '原公众号已冻结', hint: '取 token 返回 50007，粉丝列表返回 48004' },
  old_followers: { title: '原公众号各有粉丝', hint: '每 40 个里有一个在转换前取消关注' },
  callback_mode: { title: '消息加解密方式', hint: '公众号向产品发消息的方式，与产品的设置一致', choices: { plain: '明文模式', compatible: '兼容模式', safe: '安全模式' } },
  template_result: { title: '模板消息送达结果', hint: '发送后异步给出', choices: { success: '成功', 'failed:user block': '用户拒收', 'failed: system failed': '系统失败' } },
}
const COUNTERS = {
  stable_token_fetches: 'stable_token 调用', stable_token_forced: '强制刷新', token_fetches: 'token 调用', tokens_issued: '发出的 token',
  codes_exchanged: '换身份', mini_codes_exchanged: '小程序登录', user_infos: '取昵称头像', menus_created: '发布菜单', ticket_fetches: 'JS-SDK 凭证', articles_read: '读文章列表', templates_sent: '模板消息', user_get_calls: '粉丝列表', change_openid_calls: '转换 openid', error_40001: '40001 失效', error_42001: '42001 过期',
}
const CHAINS = { stable: 'stable_token', classic: 'token' }

export class WeChatConsole {
  name = 'wechat'
  title = '微信'

  constructor() {
    this.tokens = h('div')
    this.counters = h('div', { class: 'cards' })
    this.menu = h('div')
    this.faults = new FaultPanel('wechat', PATHS, '45009')
    this.knobs = new KnobPanel('wechat', KNOBS)
    const calls = new CallLog('wechat')
    const articles = new ArticlePanel()
    this.parts = segments([
      { name: 'token', title: '令牌与计数', element: this.#tokenPart(), refresh: () => this.#refreshTokens() },
      { name: 'menu', title: '菜单与回调', element: this.#menuPart(), refresh: () => this.#refreshMenu() },
      { name: 'articles', title: '文章', element: articles.element, refresh: () => articles.refresh() },
      { name: 'faults', title: '故障与开关', element: this.#faultPart(), refresh: () => Promise.all([this.faults.refresh(), this.knobs.refresh()]) },
      { name: 'calls', title: '调用记录', element: calls.element, refresh: () => calls.refresh() },
    ])
    this.element = this.parts.element
  }

  async refresh() {
    await this.parts.current().refresh()
  }

  #tokenPart() {
    const act = (path, done) => attempt(async () => { await call(path, 'POST'); toast(done); await this.#refreshTokens() })
    return h('div', {},
      h('div', { class: 'section-head' }, h('h2', {}, 'access_token'),
        h('button', { class: 'button danger small', onclick: () => act('/sandbox/wechat/kill-token', '现有 token 全部立即失效（40001）') }, '立即作废'),
        h('button', { class: 'button quiet small', onclick: () => act('/sandbox/wechat/expire-token', '现有 token 全部过期（42001）') }, '立即过期')),
      this.tokens, h('section', { class: 'section' }, h('h2', {}, '计数'), this.counters))
  }

  #menuPart() {
    const check = () => attempt(async () => {
      const { passed, status, url } = await call('/sandbox/wechat/callback/check', 'POST')
      toast(passed ? `校验通过：${url}` : `校验失败（HTTP ${status || '无回答'}）：${url}`)
    })
    return h('div', {}, h('div', { class: 'section-head' }, h('h2', {}, '已发布的菜单')), this.menu,
      h('section', { class: 'section' }, h('h2', {}, '消息回调'),
        h('p', { class: 'lead' }, '像在公众平台保存服务器地址一样，向产品发一次签名校验。'),
        h('div', { class: 'row' }, h('button', { class: 'button quiet', onclick: check }, '校验回调地址'),
          this.#forged('篡改签名', { tamper: 'signature' }), this.#forged('别的公众号的消息', { tamper: 'app_id' }),
          h('button', { class: 'button quiet', onclick: () => this.#tell('/sandbox/wechat/callback/replay', {}) }, '重放上一条'))))
  }

  /** A message that the product must refuse. */
  #forged(title, options) {
    const fields = { MsgType: 'text', Content: '帮助' }
    const send = async () => {
      const { person } = await call('/sandbox/phone')
      return this.#tell('/sandbox/wechat/callback/send', { openid: person.openid, fields, mode: 'safe', ...options })
    }
    return h('button', { class: 'button quiet', onclick: () => attempt(send) }, title)
  }

  #tell(path, body) {
    return attempt(async () => {
      const { attempts } = await call(path, 'POST', body)
      toast(`产品的回答：${attempts.map(({ status }) => `HTTP ${status || '无'}`).join('，')}`)
    })
  }

  #faultPart() {
    return h('div', {}, h('h2', { style: 'margin-bottom:10px' }, '故障'), this.faults.element,
      h('section', { class: 'section' }, h('h2', {}, '开关'), this.knobs.element))
  }

  async #refreshTokens() {
    const [account, counters] = await Promise.all([call('/sandbox/wechat/account'), call('/sandbox/wechat/counters')])
    fill(this.tokens, JSON.stringify(account.tokens), () => account.tokens.length ? this.#tokenTable(account.tokens) : h('p', { class: 'empty' }, '还没有人取过 token'))
    fill(this.counters, JSON.stringify(counters), () => Object.entries(COUNTERS).map(([name, text]) =>
      h('div', { class: 'figure' }, h('small', {}, text), h('b', {}, String(counters[name] ?? 0)))))
  }

  #tokenTable(tokens) {
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['来源', '末六位', '发出', '到期', '状态'].map((text) => h('th', {}, text)))),
      h('tbody', {}, tokens.map((token) => h('tr', {},
        h('td', {}, CHAINS[token.chain]), h('td', { class: 'mono' }, `…${token.tail}`), h('td', {}, h('time', {}, clockTime(token.issued_at))),
        h('td', {}, h('time', {}, clockTime(token.dies_at ?? token.expires_at))), h('td', {}, this.#tokenState(token)))))))
  }

  #tokenState(token) {
    if (token.lives) return h('span', { class: `pill ${token.dies_at ? 'amber' : 'green'}` }, token.dies_at ? '宽限中' : '有效')
    return h('span', { class: 'pill' }, token.dies_at ? '已作废' : '已过期')
  }

  async #refreshMenu() {
    const published = await call('/sandbox/wechat/menu')
    fill(this.menu, JSON.stringify(published), () => published.menu
      ? [h('p', { class: 'lead' }, `发布于 ${shortTime(published.published_at)}`), h('pre', { class: 'code' }, JSON.stringify(published.menu, null, 2))]
      : h('p', { class: 'empty' }, '还没有发布菜单。make run 会自动发布。'))
  }
}
