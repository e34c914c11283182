// What the account's owner publishes and deletes at mp.weixin.qq.com.

import { attempt, call, fill, h, shortTime, toast } from './dom.js'

export class ArticlePanel {
  constructor() {
    this.rows = h('div')
    const title = h('input', { class: 'inline-input wide', 'aria-label': '文章标题', placeholder: '标题', maxlength: '64', required: true })
    const digest = h('input', { class: 'inline-input wide', 'aria-label': '文章摘要', placeholder: '摘要', maxlength: '120' })
    const publish = async (event) => {
      event.preventDefault()
      await call('/sandbox/wechat/articles', 'POST', { articles: [{ title: title.value.trim(), digest: digest.value.trim() }] })
      title.value = digest.value = ''
      toast('已发布。产品每半小时读一次文章列表。')
      await this.refresh()
    }
    this.element = h('div', {},
      h('p', { class: 'lead' }, '公众号发布的文章；产品定时读取，显示在 H5 首页的「企业动态」。'),
      h('form', { class: 'row', onsubmit: (event) => attempt(() => publish(event)) }, title, digest, h('button', { class: 'button' }, '发布')),
      h('section', { class: 'section' }, h('h2', {}, '已发布'), this.rows))
  }

  async refresh() {
    const { items } = await call('/sandbox/wechat/articles')
    fill(this.rows, JSON.stringify(items), () => items.length ? this.#table(items) : h('p', { class: 'empty' }, '还没有发布文章'))
  }

  #table(messages) {
    const rows = messages.flatMap((message) => message.articles.map((article, index) => [message, article, index]))
    return h('div', { class: 'table-scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['发布时间', '标题', ''].map((text) => h('th', {}, text)))),
      h('tbody', {}, rows.filter(([, article]) => !article.is_deleted).map((row) => this.#row(...row)))))
  }

  #row(message, article, index) {
    const remove = async () => {
      await call(`/sandbox/wechat/articles/${message.article_id}?index=${index + 1}`, 'DELETE')
      await this.refresh()
    }
    return h('tr', {}, h('td', {}, h('time', {}, shortTime(message.at))), h('td', {}, article.title),
      h('td', {}, h('button', { class: 'button quiet small', onclick: () => attempt(remove) }, '删除')))
  }
}
