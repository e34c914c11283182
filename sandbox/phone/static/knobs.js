// Standing switches of one system, each with its words.

import { attempt, call, fill, h } from './dom.js'

/** words: {name: {title, hint, choices?, flags?, text?}}; a knob without words is not shown. `flags` name the members of an object, `text` and `empty` are placeholders. */
export class KnobPanel {
  constructor(system, words) {
    this.system = system
    this.words = words
    this.element = h('div', { class: 'knobs' })
  }

  async refresh() {
    const values = await call(`/sandbox/${this.system}/knobs`)
    if (this.element.contains(document.activeElement)) return
    fill(this.element, JSON.stringify(values), () => Object.entries(this.words).map(([name, words]) => this.#knob(name, words, values[name])))
  }

  #knob(name, words, value) {
    const change = (next) => attempt(() => call(`/sandbox/${this.system}/knobs`, 'PATCH', { [name]: next }))
    return h('div', { class: 'knob' }, h('div', {}, h('b', {}, words.title), h('small', {}, words.hint)), this.#control(words, value, change))
  }

  #control(words, value, change) {
    if (words.choices && Array.isArray(value)) return this.#checks(words.choices, value, change)
    if (Array.isArray(value)) return this.#list(words, value, change)
    if (words.flags) return this.#flags(words.flags, value, change)
    if (words.text) return h('input', { class: 'inline-input text', 'aria-label': words.title, value, placeholder: words.text, onchange: (event) => change(event.target.value.trim()) })
    if (words.choices) return this.#select(words.choices, value, change)
    if (typeof value === 'boolean') {
      return h('input', { class: 'switch', type: 'checkbox', role: 'switch', 'aria-label': words.title, checked: value, onchange: (event) => change(event.target.checked) })
    }
    const save = (event) => change(event.target.value === '' ? null : Number(event.target.value))
    return h('input', { class: 'inline-input', type: 'number', min: '0', 'aria-label': words.title, value: value ?? '', placeholder: words.empty ?? '不限', onchange: save })
  }

  #list(words, value, change) {
    const save = (event) => change(event.target.value.split(/[\s,，]+/).filter(Boolean))
    return h('input', { class: 'inline-input text', 'aria-label': words.title, value: value.join(' '), placeholder: words.text, onchange: save })
  }

  #flags(flags, value, change) {
    const now = { ...value }
    const turn = (key, on) => { now[key] = on; return change(now) }
    return h('div', { class: 'checks' }, Object.entries(flags).map(([key, text]) =>
      h('label', {}, h('input', { type: 'checkbox', checked: now[key], onchange: (event) => turn(key, event.target.checked) }), text)))
  }

  #checks(choices, value, change) {
    const boxes = Object.entries(choices).map(([key, text]) => {
      const box = h('input', { type: 'checkbox', 'data-key': key, checked: value.includes(key), onchange: () => change(chosen()) })
      return h('label', {}, box, text)
    })
    const chosen = () => boxes.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.dataset.key)
    return h('div', { class: 'checks' }, boxes)
  }

  #select(choices, value, change) {
    const select = h('select', { class: 'inline-input', style: 'width:auto', 'aria-label': this.system, onchange: () => change(select.value || null) },
      Object.entries(choices).map(([key, text]) => { const option = h('option', {}, text); option.value = key; return option }))
    select.value = value ?? ''
    return select
  }
}
