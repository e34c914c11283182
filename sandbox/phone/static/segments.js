// A row of segments: one part of a console is shown at a time.

import { attempt, h } from './dom.js'

/** parts: [{name, title, element, refresh}]. Answers {element, current(), open(name)}. */
export function segments(parts) {
  const place = h('div')
  const bar = h('div', { class: 'segments', role: 'tablist' })
  let current
  const open = (name) => {
    current = parts.find((part) => part.name === name) ?? parts[0]
    place.replaceChildren(current.element)
    for (const button of bar.children) button.setAttribute('aria-selected', String(button.dataset.name === current.name))
    attempt(() => current.refresh())
  }
  bar.append(...parts.map((part) => h('button', { role: 'tab', 'data-name': part.name, onclick: () => open(part.name) }, part.title)))
  open(parts[0].name)
  return { element: h('div', {}, bar, place), current: () => current, open }
}
