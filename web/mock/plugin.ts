import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { CANTEEN_ROUTES } from './canteen.ts'
import { LOGISTICS_ROUTES } from './logistics.ts'
import { Problem, type Reply, ROUTES } from './routes.ts'

/** The API in memory, for `npm run dev:mock` only: nothing of it is ever built. */
export function apiMock(): Plugin {
  return {
    name: 'api-mock',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!(request.url ?? '').startsWith('/api/')) return next()
        void serve(request, response)
      })
    },
  }
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const body = await readBody(request)
  await new Promise((resolve) => setTimeout(resolve, 150))
  try {
    send(response, route(request, url, body))
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(500, 'internal_error', '系统出现异常，请稍后重试。')
    const { status, code, message, detail } = problem
    send(response, { status, json: { code, message, ...(detail ? { detail } : {}) } })
  }
}

function route(request: IncomingMessage, url: URL, body: unknown): Reply {
  const cookies = new Map(
    (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=', 2) as [string, string]),
  )
  for (const [method, path, handler] of [...ROUTES, ...LOGISTICS_ROUTES, ...CANTEEN_ROUTES]) {
    const match = path.exec(url.pathname)
    if (method !== request.method || !match) continue
    const person = cookies.get('mock_person') || null
    return handler({
      person,
      office: cookies.get('mock_office') || null,
      match: [...match],
      query: url.searchParams,
      body,
    })
  }
  throw new Problem(404, 'not_found', '没有找到相关记录，它可能已被删除。')
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const isJson = request.headers['content-type']?.startsWith('application/json')
  return chunks.length && isJson ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown) : null
}

function send(response: ServerResponse, { status = 200, json, cookies = [], location }: Reply): void {
  response.statusCode = status
  if (cookies.length) response.setHeader('Set-Cookie', cookies)
  if (location) response.setHeader('Location', location)
  if (json !== undefined) response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(json === undefined ? undefined : JSON.stringify(json))
}
