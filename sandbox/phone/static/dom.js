// Small helpers: elements, server calls, times in Asia/Shanghai.

/** An element; `on*` properties become listeners, false/null attributes are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'value' || name === 'checked' || name === 'disabled') element[name] = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** An element from trusted markup (icons). */
export function markup(text) {
  const template = document.createElement('template')
  template.innerHTML = text
  return template.content.firstElementChild
}

/** JSON from this server; an error answer is thrown with its Chinese message. */
export async function call(path, method = 'GET', body = undefined) {
  const options = { method }
  if (body instanceof Blob) options.body = body
  else if (body !== undefined) {
    options.body = JSON.stringify(body)
    options.headers = { 'Content-Type': 'application/json' }
  }
  const answer = await fetch(path, options)
  const content = await answer.json()
  if (!answer.ok) throw new Error(content.message ?? '操作失败')
  return content
}

let toastTimer
/** A short message at the bottom. */
export function toast(text) {
  const element = document.getElementById('toast')
  element.textContent = text
  element.classList.add('shown')
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => element.classList.remove('shown'), 3200)
}

/** Runs an action and shows its error, if any. */
export async function attempt(action) {
  try {
    return await action()
  } catch (error) {
    toast(error.message === 'Failed to fetch' ? '沙盒服务没有回答，是否已停止？' : error.message)
    return undefined
  }
}

const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})
const SECONDS = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
})

/** 11/23 09:00 */
export const shortTime = (iso) => CLOCK.format(new Date(iso))
/** 09:00:05 */
export const clockTime = (iso) => SECONDS.format(new Date(iso))
/** The value of a datetime-local field for a moment, in Asia/Shanghai. */
export const fieldTime = (date) => new Date(date.getTime() + 8 * 3600e3).toISOString().slice(0, 16)

/** Replaces the content only when it changed, so that polling does not disturb the reader. */
export function fill(element, key, build) {
  if (element.dataset.key === key) return
  element.dataset.key = key
  element.replaceChildren(...[build()].flat())
}

/** Somebody is writing or choosing inside: polling leaves it alone. */
export const isTyping = (element) => element.contains(document.activeElement) && document.activeElement.matches('input:not([type=checkbox]), select')

/** The picture files of a paste or drop. */
export function picturesOf(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith('image/'))
}

/** The content of a file as Base64. */
export async function base64Of(file) {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** A field that takes a picture by click, drop or paste and hands over the file. */
export function pictureDrop(icon, title, hint, take) {
  const input = h('input', { type: 'file', accept: 'image/*', onchange: () => input.files[0] && take(input.files[0]) })
  const zone = h('label', { class: 'drop', tabindex: '0' }, markup(icon), h('b', {}, title), h('small', {}, hint), input)
  zone.addEventListener('dragover', (event) => { event.preventDefault(); zone.classList.add('over') })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    event.stopPropagation()
    zone.classList.remove('over')
    const [picture] = picturesOf(event.dataTransfer)
    if (picture) take(picture)
  })
  zone.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') input.click()
  })
  return zone
}
