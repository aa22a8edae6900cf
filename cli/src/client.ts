import type { Endpoint, InputOf, ResultOf } from '@bellwether/contract/endpoint'
import { confirm, refresh, SignedIn } from '@bellwether/contract/platform/session'
import { Problem } from '@bellwether/contract/problem'
import { keep, keptFor } from './credentials.ts'
import { CommandFailed, EXIT } from './exit.ts'
import { ask } from './terminal.ts'

const EXIT_BY_CODE: Record<string, number> = {
  unauthenticated: EXIT.notAllowed,
  forbidden: EXIT.notAllowed,
  step_up_required: EXIT.notAllowed,
  not_found: EXIT.notFound,
  unavailable: EXIT.unreachable,
}

/** Refresh this long before a token ends, so that it does not end on its way. */
const EARLY = 30_000

export interface Client {
  url: string
  call<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<ResultOf<E>>
  /** The raw answer, for files. */
  fetch(endpoint: Endpoint, input: unknown): Promise<Response>
}

/** Talks to a running Bellwether: with `BELLWETHER_TOKEN`, else as whoever signed in with `bellwether sign-in`. */
export function createClient(url: string, token: string | undefined): Client {
  async function bearer(): Promise<string | undefined> {
    if (token) return token
    const kept = keptFor(url)
    if (!kept || kept.expiresAt - EARLY > Date.now()) return kept?.accessToken
    const answer = await send(url, refresh, { input: { body: { refreshToken: kept.refreshToken } }, token: undefined })
    return answer.ok ? remember(url, SignedIn.parse(await answer.json())) : undefined
  }

  async function fetchOk(endpoint: Endpoint, input: unknown): Promise<Response> {
    const answer = await send(url, endpoint, { input, token: await bearer() })
    if (answer.ok) return answer
    const problem = Problem.safeParse(await answer.json().catch(() => undefined))
    if (!problem.success)
      throw new CommandFailed(
        `${url} answered ${answer.status}, and not as Bellwether does; is it the right address?`,
        EXIT.unreachable,
      )
    if (problem.data.code === 'step_up_required' && process.stdin.isTTY && !token) {
      await confirmAgain()
      return fetchOk(endpoint, input)
    }
    throw refusal(problem.data)
  }

  async function confirmAgain(): Promise<void> {
    const typed = await ask('This needs a fresh proof of who you are. Password, or code where you use one: ', {
      secret: true,
    })
    await fetchOk(confirm, { body: /^\d{6}$/.test(typed) ? { otp: typed } : { password: typed } })
  }

  return {
    url,
    fetch: fetchOk,
    call: async (endpoint, input) =>
      endpoint.answers.parse(await (await fetchOk(endpoint, input)).json()) as ResultOf<typeof endpoint>,
  }
}

export function remember(url: string, { accessToken = '', refreshToken = '', expiresIn }: SignedIn): string {
  keep(url, { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 })
  return accessToken
}

interface Parts {
  params?: Record<string, string>
  query?: Record<string, string | number | undefined>
  body?: unknown
}

async function send(
  url: string,
  { method, path }: Endpoint,
  { input, token }: { input: unknown; token: string | undefined },
): Promise<Response> {
  const { params = {}, query = {}, body } = input as Parts
  const address = new URL(
    path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '')),
    url,
  )
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, String(value))
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  try {
    return await fetch(address, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  } catch (cause) {
    throw new CommandFailed(
      `nobody answers at ${url}; start Bellwether, or say where it is with --url or BELLWETHER_URL (${((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message})`,
      EXIT.unreachable,
    )
  }
}

function refusal({ code, detail, errors = [] }: Problem): CommandFailed {
  const fields = errors.map(({ path, message }) => `\n  ${path} ${message}`).join('')
  const hint =
    code === 'unauthenticated' ? '\nSign in with "bellwether sign-in", or set BELLWETHER_TOKEN to an API key.' : ''
  return new CommandFailed(`${detail}${fields}${hint}`, EXIT_BY_CODE[code] ?? EXIT.failed)
}
