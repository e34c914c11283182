import { createClient } from './client'
import type { Http } from './http'

/** What the phone asks about WeChat itself. */
export function wechatApi(http: Http) {
  const client = createClient(http)
  return {
    /** Lets the page at `url` use WeChat's JS-SDK. */
    signature: (url: string) => client.get('/api/wechat/js-sdk', { query: { url } }),
  }
}
