import { onBeforeUnmount, onMounted } from 'vue'

/**
 * While a pass is on screen WeChat's menu offers no forwarding. A convenience, not the guard: the pass belongs to one
 * account and the page shows it to nobody else. So wherever WeChat does not take part nothing is said.
 */
export function usePrivatePass(): void {
  const quietly = (work: 'hideSharing' | 'showSharing') => async () => {
    if (!navigator.onLine) return
    try {
      await (await import('../wechat/jsSdk'))[work]()
    } catch {
      // not in WeChat
    }
  }
  onMounted(quietly('hideSharing'))
  onBeforeUnmount(quietly('showSharing'))
}
