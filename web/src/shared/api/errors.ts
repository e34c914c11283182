/** The server answered with a refusal: stable code and a Chinese text for the user. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: unknown = null,
    readonly requestId: string | null = null,
  ) {
    super(message)
  }
}

/** No answer: whether a write took effect is unknown. */
export class NetworkError extends Error {
  constructor(readonly isTimeout: boolean) {
    super(isTimeout ? 'timeout' : 'network')
  }
}

export interface ErrorWords {
  title: string
  next: string
}

const HAS_CHINESE = /[\u4e00-\u9fff]/

/** What happened and what to do now, in Chinese, for anything a request can throw. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof NetworkError) return networkWords(error)
  if (!(error instanceof ApiError))
    return { title: '页面出现异常', next: '请返回后重试；如仍不行，请联系厂区综合管理部。' }
  if (error.status >= 500) return serverWords(error)
  if (HAS_CHINESE.test(error.message)) return { title: error.message, next: '' }
  return { title: '请求没有被接受', next: `请刷新后重试；如仍不行，请联系厂区综合管理部（${error.code}）。` }
}

/** Loading again cannot help: not allowed, or not there. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 404)
}

function networkWords(error: NetworkError): ErrorWords {
  return error.isTimeout
    ? { title: '网络太慢，没有等到结果', next: '内容已保留，请再试一次；重复提交不会产生重复记录。' }
    : { title: '网络不通', next: '内容已保留，请检查网络后再试一次。' }
}

function serverWords(error: ApiError): ErrorWords {
  const title = HAS_CHINESE.test(error.message) ? error.message : '系统繁忙，请稍后重试。'
  return { title, next: error.requestId ? `问题编号 ${error.requestId}` : '' }
}

/** Title and next step as one sentence, for toasts. */
export function errorSentence(error: unknown): string {
  const { title, next } = errorWords(error)
  return next ? `${title.replace(/[。！]$/, '')}。${next}` : title
}

/** Field messages of an `invalid_input` answer, keyed by the last part of the field's path. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || !Array.isArray(error.detail)) return {}
  const found: Record<string, string> = {}
  for (const entry of error.detail as { field?: unknown; message?: unknown }[]) {
    if (typeof entry?.field === 'string' && typeof entry.message === 'string') found[entry.field] = entry.message
  }
  return found
}

const CONFLICTS: Record<string, ErrorWords> = {
  visit_already_decided: { title: '已经由其他人处理', next: '下面是最新结果，您的操作没有生效。' },
  registration_changed: { title: '这条登记刚刚有变化，您的操作没有生效', next: '下面已更新，请核对后再处理。' },
  archive_changed: { title: '这份档案刚刚有变化，您的操作没有生效', next: '下面已更新，请核对后再处理。' },
  user_changed: { title: '这位用户刚刚有变化，您的操作没有生效', next: '下面已更新，请核对后再试。' },
  visit_replaced: { title: '访客刚刚修改了这条预约', next: '您的操作没有生效，请处理修改后的那一条。' },
  visit_changed: { title: '这条预约刚刚有变化', next: '下面已更新，请核对后再处理。' },
}

/** Words for a decision that was refused; after a conflict the page already shows the latest state. */
export function decisionWords(error: unknown): ErrorWords {
  return (error instanceof ApiError && CONFLICTS[error.code]) || errorWords(error)
}
