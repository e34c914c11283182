// 扫一扫: a sheet that takes a picture (file, drop, paste) or text.

import { call, h, pictureDrop, picturesOf } from './dom.js'
import { SCAN } from './icons.js'

/** Opens the sheet over the screen; `found` gets the scanned text, `given up` tells that there is none. */
export function openScanner(screen, found, givenUp = () => null) {
  const error = h('p', { class: 'scan-error', role: 'alert' })
  const close = () => {
    document.removeEventListener('paste', paste, { capture: true })
    ground.remove()
  }
  const leave = () => {
    close()
    givenUp()
  }
  const read = async (body) => {
    error.textContent = ''
    try {
      const { text } = await call('/sandbox/phone/scan', 'POST', body)
      close()
      found(text)
    } catch (failure) {
      error.textContent = failure.message
    }
  }
  const paste = (event) => {
    const [picture] = picturesOf(event.clipboardData)
    if (!picture) return
    event.stopImmediatePropagation()
    read(picture)
  }
  const input = h('input', { placeholder: '或粘贴二维码里的文字、网址', 'aria-label': '二维码里的文字' })
  const submit = (event) => { event.preventDefault(); if (input.value.trim()) read({ text: input.value }) }
  const ground = h('div', { class: 'sheet-ground', 'data-own-paste': true, onclick: (event) => event.target === ground && leave() },
    h('div', { class: 'sheet', role: 'dialog', 'aria-label': '扫一扫' },
      h('h2', {}, '扫一扫'),
      pictureDrop(SCAN, '放入二维码图片', '点这里选文件，也可拖进来，或直接粘贴截图', read),
      h('form', { class: 'scan-text', onsubmit: submit }, input, h('button', { class: 'button' }, '识别')),
      error,
      h('div', { class: 'sheet-list' }, h('button', { onclick: leave }, '取消'))))
  document.addEventListener('paste', paste, { capture: true })
  screen.append(ground)
  input.focus()
}
