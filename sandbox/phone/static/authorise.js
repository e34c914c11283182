// The authorise page's own behaviour: what WeChat's webview does around the consent box.

const COMPLETE = '#wechat_redirect'

/** Back to where the person came from: WeChat tells the account nothing about a refusal. */
async function refuse(form) {
  const body = new URLSearchParams({ request: form.request.value, decision: 'refuse' })
  await fetch(form.action, { method: 'POST', body })
  history.back()
}

/** The duplicate-callback knob: the first request uses up the code, the second is what the person sees. */
async function leaveTwice(target) {
  const patience = new Promise((resolve) => setTimeout(resolve, 2000))
  const first = fetch(target, { mode: 'no-cors', credentials: 'include', keepalive: true }).catch(() => null)
  await Promise.race([first, patience])
  location.replace(target)
}

function showMissingFragment() {
  document.body.className = 'refused'
  document.body.innerHTML =
    '<main><div class="mark">!</div><h1>链接缺少 #wechat_redirect</h1><p>错误码：<code>fragment</code></p></main>'
}

const form = document.querySelector('form')
if (form) {
  if (location.hash !== COMPLETE) showMissingFragment()
  form.addEventListener('submit', (event) => {
    if (event.submitter?.value !== 'refuse') return
    event.preventDefault()
    refuse(form)
  })
}

const leaving = document.body.dataset.leave
if (leaving) {
  const { action, target } = JSON.parse(leaving)
  if (action === 'twice') leaveTwice(target)
  else history.go(-2)
}
