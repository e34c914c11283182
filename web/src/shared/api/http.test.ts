import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, fillPath } from './client'
import { ApiError, NetworkError } from './errors'
import { Http } from './http'

interface Sent {
  method: string
  url: string
  headers: Record<string, string>
  body: string | undefined
}
let sent: Sent[]
let answers: (() => Response | Promise<never>)[]

const json = (status: number, body: unknown) => () =>
  new Response(JSON.stringify(body), { status, headers: { 'X-Request-Id': 'r-1' } })
const session = (token: string) =>
  json(200, { user: { id: 'u', nickname: '', avatar_url: '', roles: [] }, csrf_token: token })

beforeEach(() => {
  sent = []
  answers = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({
      method: init.method ?? '',
      url,
      headers: init.headers as Record<string, string>,
      body: init.body as string | undefined,
    })
    const answer = answers.shift()
    if (!answer) throw new Error(`unexpected call of ${url}`)
    return Promise.resolve().then(answer)
  })
})
afterEach(() => vi.unstubAllGlobals())

const http = () => new Http({ sessionPath: '/api/session', timeoutMs: 1000 })

describe('writes', () => {
  it('fetch the CSRF token first and send it', async () => {
    answers = [session('t1'), json(200, { ok: 1 })]
    await http().call('POST', '/api/x', { body: { a: 1 } })
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /api/session', 'POST /api/x'])
    expect(sent[1]?.headers['X-CSRF-Token']).toBe('t1')
    expect(sent[1]?.body).toBe('{"a":1}')
  })
  it('take a new token once when the old one is refused', async () => {
    answers = [session('t1'), json(403, { code: 'csrf_token_invalid', message: '…' }), session('t2'), json(200, null)]
    await http().call('POST', '/api/x')
    expect(sent[3]?.headers['X-CSRF-Token']).toBe('t2')
  })
  it('do not loop when the new token is refused as well', async () => {
    const refused = json(403, { code: 'csrf_token_invalid', message: '页面已过期' })
    answers = [session('t1'), refused, session('t2'), refused]
    await expect(http().call('POST', '/api/x')).rejects.toThrow('页面已过期')
    expect(answers).toEqual([])
  })
  it('without a session need no token', async () => {
    answers = [json(201, { ticket: 'T' })]
    await createClient(http()).postAnonymously('/api/sign-in/office', {})
    expect(sent[0]?.headers).not.toHaveProperty('X-CSRF-Token')
  })
})

describe('answers', () => {
  it('tell the listener about a 401 and throw it', async () => {
    answers = [json(401, { code: 'not_signed_in', message: '登录已失效' })]
    const client = http()
    const listener = vi.fn()
    client.onNotSignedIn(listener)
    await expect(client.call('GET', '/api/x')).rejects.toMatchObject({ status: 401, requestId: 'r-1' })
    expect(listener).toHaveBeenCalledOnce()
  })
  it('that are no JSON become a refusal, not a crash', async () => {
    answers = [() => new Response('<html>502</html>', { status: 502 })]
    await expect(http().call('GET', '/api/x')).rejects.toEqual(new ApiError(502, 'unknown', ''))
  })
  it('without content are null', async () => {
    answers = [session('t'), () => new Response(null, { status: 204 })]
    expect(await http().call('DELETE', '/api/session')).toBeNull()
  })
  it('that never come are a network error', async () => {
    answers = [() => Promise.reject(new TypeError('Failed to fetch'))]
    await expect(http().call('GET', '/api/x')).rejects.toEqual(new NetworkError(false))
  })
})

describe('addresses', () => {
  it('escape path values and leave out empty query values', async () => {
    expect(fillPath('/api/visitor/visits/{visit_id}/cancel', { visit_id: 'a/b?c' })).toBe(
      '/api/visitor/visits/a%2Fb%3Fc/cancel',
    )
    answers = [json(200, { items: [], next_cursor: null })]
    await createClient(http()).get('/api/office/visits', { query: { status: 'approved', from: '', cursor: null } })
    expect(sent[0]?.url).toBe('/api/office/visits?status=approved')
  })
})
