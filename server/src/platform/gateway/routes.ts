import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '@bellwether/contract/endpoint'
import type { Origin, Principal } from '../access/index.ts'

/** What a handler is given: parsed and allowed. */
export interface Call<E extends Endpoint = Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  principal: Principal
  origin: Origin
  headers: Readonly<Record<string, string | string[] | undefined>>
  cookies: Readonly<Record<string, string | undefined>>
  /** Aborted when the client goes away. */
  signal: AbortSignal
}

export interface CookieOptions {
  path?: string
  maxAgeSeconds?: number
}

/** An answer with more than its body: another status, headers, cookies, or a stream instead of JSON. */
export interface Answer<T = unknown> {
  readonly answer: true
  body: T
  status?: number
  headers?: Readonly<Record<string, string>>
  /** httpOnly, SameSite=Strict, Secure over TLS; `undefined` takes the cookie away. */
  cookies?: Readonly<Record<string, { value: string | undefined } & CookieOptions>>
}
export const answer = <T>(body: T, rest: Omit<Answer<T>, 'answer' | 'body'> = {}): Answer<T> => ({
  answer: true,
  body,
  ...rest,
})

export type Handler<E extends Endpoint> = (
  call: Call<E>,
) => AnswerOf<E> | Answer<AnswerOf<E>> | Promise<AnswerOf<E> | Answer<AnswerOf<E>>>

export interface Route {
  endpoint: Endpoint
  handle: (call: Call) => unknown
}

interface Mount {
  on<E extends Endpoint>(endpoint: E, handle: Handler<E>): void
}

/** The routes of a slice: each names an endpoint of the contract and what answers it. */
export function routes(build: (r: Mount) => void): Route[] {
  const mounted: Route[] = []
  build({
    on: (endpoint, handle) => {
      mounted.push({ endpoint, handle: handle as unknown as Route['handle'] })
    },
  })
  return mounted
}
