import type { ErrorWords } from '@/shared/api/errors'

/** Why WeChat sign-in came back without a session, and what to do now. Codes come from the sign-in callback. */
const SIGN_IN_ERRORS: Record<string, ErrorWords> = {
  state_mismatch: { title: '登录页面已过期', next: '可能打开了旧链接或停留太久，请重新点击下面的按钮登录。' },
  code_invalid: { title: '微信授权已失效', next: '授权只能使用一次，请重新点击下面的按钮登录。' },
  snapshot_user: {
    title: '当前是微信“仅浏览”模式',
    next: '该模式拿不到您的身份。请点页面右下角“使用完整服务”，再重新登录。',
  },
  account_disabled: { title: '您的账号已停用', next: '不能继续使用。如有疑问，请联系厂区综合管理部。' },
  wechat_unavailable: { title: '微信暂时没有响应', next: '不是您的问题，请稍等一分钟再点一次。' },
  refused: { title: '您没有同意授权', next: '不授权就不能办理业务；想好后可以再点一次登录。' },
}

export function signInError(code: string): ErrorWords {
  return (
    SIGN_IN_ERRORS[code] ?? { title: '登录没有成功', next: `请重新登录；如仍不行，请联系厂区综合管理部（${code}）。` }
  )
}

/** Only a path of this site may be returned to: anything else would let a link send people elsewhere. */
export function safeReturnPath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) && !value.startsWith('/sign-in') ? value : '/'
}
