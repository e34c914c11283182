import { ApiError, NetworkError } from './errors'
import { noteServerTime } from './serverClock'
import type { Session } from './types'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export type Query = Record<string, string | null | undefined>

export interface CallOptions {
  query?: Query
  body?: unknown
  /** True for writes that carry no session yet (office QR sign-in): they need no CSRF token. */
  anonymous?: boolean
}

export interface Download {
  file: Blob
  name: string
  /** How many rows the file was cut to; 0 when it is complete. */
  cutAt: number
}

export interface HttpOptions {
  sessionPath: string
  timeoutMs?: number
}

/** One client per entry page: knows where its session is read and keeps the CSRF token that came with it. */
export class Http {
  private csrfToken: string | null = null
  private notSignedIn: () => void = () => undefined

  constructor(private readonly options: HttpOptions) {}

  onNotSignedIn(listener: () => void): void {
    this.notSignedIn = listener
  }

  async readSession(): Promise<Session> {
    const session = await this.exchange<Session>('GET', this.options.sessionPath, {}, null)
    this.csrfToken = session.csrf_token
    return session
  }

  forgetSession(): void {
    this.csrfToken = null
  }

  /** Any 401 is told to the listener (it leads to the sign-in page) and thrown as well. */
  async call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
    try {
      return await this.withCsrf<T>(method, path, options)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.notSignedIn()
      throw error
    }
  }

  /** A file of the server's, with its name. */
  async download(path: string, query: Query): Promise<Download> {
    try {
      return await this.exchange('GET', path, { query }, null, readFile)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.notSignedIn()
      throw error
    }
  }

  private async withCsrf<T>(method: Method, path: string, options: CallOptions): Promise<T> {
    if (method === 'GET' || options.anonymous) return this.exchange<T>(method, path, options, null)
    if (this.csrfToken === null) await this.readSession()
    try {
      return await this.exchange<T>(method, path, options, this.csrfToken)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'csrf_token_invalid') throw error
      await this.readSession()
      return this.exchange<T>(method, path, options, this.csrfToken)
    }
  }

  private async exchange<T>(
    method: Method,
    path: string,
    options: CallOptions,
    csrf: string | null,
    read: (response: Response) => Promise<T> = unwrap,
  ): Promise<T> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), this.options.timeoutMs ?? 15_000)
    try {
      const response = await fetch(address(path, options.query), {
        method,
        headers: headersOf(options.body, csrf),
        credentials: 'same-origin',
        signal: abort.signal,
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      })
      noteServerTime(response.headers.get('Date'), Date.now())
      return await read(response)
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw new NetworkError(abort.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }
}

function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return pairs.length ? `${path}?${new URLSearchParams(pairs).toString()}` : path
}

function headersOf(body: unknown, csrf: string | null): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(csrf === null ? {} : { 'X-CSRF-Token': csrf }),
  }
}

async function readFile(response: Response): Promise<Download> {
  if (!response.ok) return unwrap<never>(response)
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'download'
  return { file: await response.blob(), name, cutAt: Number(response.headers.get('X-Export-Cut') ?? 0) }
}

async function unwrap<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (response.ok) return (text ? JSON.parse(text) : null) as T
  const { code, message, detail } = parseProblem(text)
  throw new ApiError(response.status, code, message, detail, response.headers.get('X-Request-Id'))
}

/** A gateway in front may answer something that is not our JSON. */
function parseProblem(text: string): { code: string; message: string; detail: unknown } {
  try {
    const problem = JSON.parse(text) as Record<string, unknown>
    return {
      code: String(problem['code'] ?? 'unknown'),
      message: String(problem['message'] ?? ''),
      detail: problem['detail'] ?? null,
    }
  } catch {
    return { code: 'unknown', message: '', detail: null }
  }
}
