// Starts the page: the phone on the left, the consoles on the right, one heartbeat for both.

import { attempt, call, h } from './dom.js'
import { CanteenConsole } from './canteen.js'
import { GateConsole } from './gate.js'
import { Guide } from './guide.js'
import { LogisticsConsole } from './le.js'
import { TankConsole } from './mes.js'
import { ParkConsole } from './park.js'
import { Phone } from './phone.js'
import { SmsConsole } from './sms_console.js'
import { WeChatConsole } from './wechat.js'
import { PayConsole } from './wechat_pay.js'

const HEARTBEAT_MS = 2500
const READY_CHECK_MS = 20000 // an answering product is asked rarely: every question wakes a function there

/** Whether the product answers at all; an opaque answer is enough. */
async function productAnswers(url) {
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(4000) })
    return true
  } catch {
    return false
  }
}

function showProductState(ready, url) {
  const pill = document.getElementById('product-state')
  pill.className = `pill ${ready ? 'green' : 'amber'}`
  pill.textContent = ready ? '产品已就绪' : '产品还没有启动'
  pill.title = url
}

function buildTabs(consoles) {
  const panel = document.getElementById('panel')
  const tabs = document.getElementById('tabs')
  let current
  const show = (item) => {
    current = item
    panel.replaceChildren(item.element)
    panel.scrollTop = 0
    for (const tab of tabs.children) tab.setAttribute('aria-selected', String(tab.dataset.name === item.name))
    sessionStorage.setItem('tab', item.name)
    attempt(() => item.refresh())
  }
  tabs.append(...consoles.map((item) =>
    h('button', { role: 'tab', 'data-name': item.name, onclick: () => show(item) }, item.title)))
  const open = (name, part) => {
    const item = consoles.find((candidate) => candidate.name === name)
    show(item)
    if (part) item.open(part)
  }
  show(consoles.find((item) => item.name === sessionStorage.getItem('tab')) ?? consoles[0])
  return { current: () => current, open }
}

async function start() {
  const state = await call('/sandbox/phone')
  const people = (await call('/sandbox/people')).items
  document.getElementById('office-link').href = `${state.product_url}/admin`
  const phone = new Phone(state, people)
  const guide = new Guide(phone)
  const tabs = buildTabs([guide, new GateConsole(), new ParkConsole(), new LogisticsConsole(), new TankConsole(), new CanteenConsole(), new SmsConsole(), new WeChatConsole(), new PayConsole(people)])
  guide.openTab = tabs.open
  let ready = false
  let askedAt = -Infinity
  const checkProduct = async () => {
    if (ready && performance.now() - askedAt < READY_CHECK_MS) return
    askedAt = performance.now()
    ready = await productAnswers(state.product_url)
    showProductState(ready, state.product_url)
    phone.setProductReady(ready)
  }
  const beat = async () => {
    if (document.visibilityState !== 'visible') return
    await checkProduct()
    await phone.refresh().catch(() => null)
    await tabs.current().refresh().catch(() => null)
  }
  await beat()
  setInterval(beat, HEARTBEAT_MS)
}

attempt(start)
