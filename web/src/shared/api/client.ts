import type { Http, Method } from './http'
import type { paths } from './schema'

/** Typed calls: method, path, parameters, body and answer all follow the generated OpenAPI types. */
type Verb = 'get' | 'post' | 'put' | 'delete'
type Operation<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>

type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : unknown
type PathNames<O> = O extends { parameters: { path: infer N extends object } } ? { path: N } : unknown
type QueryNames<O> = O extends { parameters: { query?: infer Q } }
  ? { query?: { [K in keyof Q]?: string | null | undefined } }
  : unknown
type Given<O> = Body<O> & PathNames<O> & QueryNames<O>

type Json<R> = R extends { content: { 'application/json': infer A } } ? A : null
type Answer<O> = O extends { responses: infer R }
  ? R extends { 200: infer A }
    ? Json<A>
    : R extends { 201: infer A }
      ? Json<A>
      : null
  : never

interface Loose {
  path?: Record<string, string>
  query?: Record<string, string | null | undefined>
  body?: unknown
}

/** Fills `{name}` places of a path template; values are escaped. */
export function fillPath(template: string, values: Record<string, string> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(values[name] ?? ''))
}

function caller<V extends Verb>(http: Http, verb: V, anonymous = false) {
  return <P extends keyof paths>(path: P, given: Given<Operation<P, V>>): Promise<Answer<Operation<P, V>>> => {
    const { path: values, query, body } = given as Loose
    const options = { anonymous, ...(query ? { query } : {}), ...(body === undefined ? {} : { body }) }
    return http.call(verb.toUpperCase() as Method, fillPath(path, values), options)
  }
}

export function createClient(http: Http) {
  return {
    get: caller(http, 'get'),
    post: caller(http, 'post'),
    put: caller(http, 'put'),
    delete: caller(http, 'delete'),
    /** For writes before there is a session: no CSRF token is sent. */
    postAnonymously: caller(http, 'post', true),
  }
}
