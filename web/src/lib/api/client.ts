import type { Endpoint, InputOf, ResultOf } from '@bellwether/contract/endpoint'
import { Problem } from '@bellwether/contract/problem'
import { Refusal, Unreachable, Unreadable } from './problems.ts'

/** Why an act must wait for the person: the session ended, or a dangerous act wants a fresh proof. */
export type Interruption = 'expired' | 'step-up'

export interface ClientParts {
  fetch: typeof globalThis.fetch
  /** Renews the session by its cookie; false when it cannot be renewed. */
  refresh: () => Promise<boolean>
  /** Asks the person; true when the act may be repeated. */
  interrupt: (why: Interruption) => Promise<boolean>
  base?: string
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  headers?: Record<string, string>
  /** A call that must not refresh or interrupt: signing in itself. */
  plain?: true
}

interface Parts {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

/** The address an endpoint has for this input. */
export function addressOf(endpoint: Endpoint, { params, query }: Parts): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  return search.size > 0 ? `${path}?${search}` : path
}

/** The one way the pages talk to the server: typed by the endpoint going in, parsed by it coming out. */
export function createClient({ fetch, refresh, interrupt, base = '' }: ClientParts) {
  let refreshing: Promise<boolean> | undefined

  /** However many calls find the session stale at once, it is renewed once. */
  function refreshOnce(): Promise<boolean> {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function send(endpoint: Endpoint, input: Parts, { signal, headers }: CallOptions): Promise<Response> {
    const hasBody = input.body !== undefined
    try {
      return await fetch(base + addressOf(endpoint, input), {
        method: endpoint.method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          'x-bellwether': '1', // no form of another site can send it: the server's guard against forged requests
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(hasBody ? { body: JSON.stringify(input.body) } : {}),
        ...(signal ? { signal } : {}),
      })
    } catch (error) {
      if (signal?.aborted) throw error
      throw new Unreachable(error)
    }
  }

  /** The answer, after renewing the session or asking the person where that can help. Each help is tried once. */
  async function sendPatiently(endpoint: Endpoint, input: Parts, options: CallOptions): Promise<Response> {
    const tried = new Set<string>()
    for (;;) {
      const response = await send(endpoint, input, options)
      if (response.ok) return response
      const refusal = await refusalOf(response)
      const { code } = refusal.problem
      if (options.plain || tried.has(code) || !(await help(code))) throw refusal
      tried.add(code)
    }
  }

  async function help(code: Problem['code']): Promise<boolean> {
    if (code === 'unauthenticated') return (await refreshOnce()) || interrupt('expired')
    if (code === 'step_up_required') return interrupt('step-up')
    return false
  }

  async function call<E extends Endpoint>(
    endpoint: E,
    input: InputOf<E>,
    options: CallOptions = {},
  ): Promise<ResultOf<E>> {
    const response = await sendPatiently(endpoint, input as Parts, options)
    const parsed = endpoint.answers.safeParse(await bodyOf(response))
    if (!parsed.success)
      throw new Unreadable('The server answered in a form this page does not know; load the page again.', parsed.error)
    return parsed.data as ResultOf<E>
  }

  /** For an endpoint whose answer is a file. */
  async function callForFile<E extends Endpoint>(endpoint: E, input: InputOf<E>, options: CallOptions = {}) {
    const response = await sendPatiently(endpoint, input as Parts, options)
    const name = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1]
    return { blob: await response.blob(), name }
  }

  return { call, callForFile }
}
export type Client = ReturnType<typeof createClient>

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return {}
  try {
    return await response.json()
  } catch (error) {
    throw new Unreadable('The answer was cut short or is not JSON; a proxy may stand between.', error)
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  if (response.status === 502 || response.status === 504) throw new Unreachable(`gateway answered ${response.status}`)
  const parsed = Problem.safeParse(await bodyOf(response))
  if (!parsed.success) throw new Unreadable(`The server answered ${response.status} without saying why.`)
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Refusal(parsed.data, Number.isFinite(retryAfter) ? retryAfter : undefined)
}
