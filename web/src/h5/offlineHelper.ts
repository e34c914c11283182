/** Lets the browser keep the pages for use without network. Where it cannot (older WeChat, iPhone) all else works on. */
export function startOfflineHelper(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('controllerchange', passLoadedFiles)
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined))
}

/** What this page loaded before the helper was there goes through it once more (from the browser's own cache). */
function passLoadedFiles(): void {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  for (const address of loaded.filter((name) => name.includes('/assets/'))) void fetch(address).catch(() => undefined)
}
