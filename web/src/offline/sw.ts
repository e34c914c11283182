/// <reference lib="webworker" />
import { handlingOf, surplus } from './rules'

/**
 * Lets a phone open the H5 pages again without network, so that a pass opened before can be shown at the gate. Pages are
 * asked from the network first, hashed files come from the store; answers of the API are never kept here.
 */
declare const self: ServiceWorkerGlobalScope

const STORE = 'campus-pages-1'
const SHELL = '/'
const KEPT_FILES = 150
const PATIENCE_MS = 4_000

self.addEventListener('install', (event) => {
  event.waitUntil(
    fetch(SHELL)
      .then(keepShell)
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOtherStores().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const handling = handlingOf(event.request, self.location.origin)
  if (handling === 'page') event.respondWith(openPage(event.request))
  if (handling === 'asset') event.respondWith(openFile(event.request))
})

/** The shell is the same for every H5 page. Without an answer in time the kept one is shown. */
async function openPage(request: Request): Promise<Response> {
  const kept = await caches.match(SHELL)
  try {
    const signal = kept ? patience() : null
    const fresh = await fetch(request.url, { signal, credentials: 'same-origin', headers: { Accept: 'text/html' } })
    if (fresh.status >= 500 && kept) return kept
    await keepShell(fresh.clone())
    return fresh
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

/** Older WeChat browsers wait as long as the network does. */
function patience(): AbortSignal | null {
  return typeof AbortSignal.timeout === 'function' ? AbortSignal.timeout(PATIENCE_MS) : null
}

async function keepShell(shell: Response): Promise<void> {
  if (shell.ok && !shell.redirected) await (await caches.open(STORE)).put(SHELL, shell)
}

/** A hashed name never changes its content. */
async function openFile(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) await keepFile(request, fresh.clone())
  return fresh
}

async function keepFile(request: Request, file: Response): Promise<void> {
  const store = await caches.open(STORE)
  await store.put(request, file)
  const files = (await store.keys()).filter(({ url }) => new URL(url).pathname !== SHELL)
  await Promise.all(surplus(files, KEPT_FILES).map((old) => store.delete(old)))
}

async function dropOtherStores(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)))
}
