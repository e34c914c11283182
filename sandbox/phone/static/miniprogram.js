// Which page of the mini program a menu button leads to. The simulated one has a single page of its own.

import { h, markup } from './dom.js'
import { CLOSE } from './icons.js'

/** The screen over the chat; `openPage` opens the button's web page, as clients do that know no mini programs. */
export function miniProgram(button, close, openProgram, openPage) {
  return h('div', { class: 'webview', 'data-testid': 'mini-page' },
    h('div', { class: 'bar' }, h('div', {}), h('b', {}, button.name),
      h('div', {}, h('button', { class: 'icon', title: '关闭', 'aria-label': '关闭', onclick: close }, markup(CLOSE)))),
    h('div', { class: 'offline' }, h('h2', {}, '微信在这里打开小程序'),
      h('p', {}, `AppID ${button.appid}`), h('p', {}, `页面 ${button.pagepath}`),
      h('button', { class: 'button', onclick: openProgram }, '打开沙盒的小程序'),
      h('small', {}, '旧版微信会改为打开网页：'),
      h('button', { class: 'button quiet', onclick: openPage }, '像旧版微信那样打开网页')))
}
