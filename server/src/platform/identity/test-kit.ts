// What the tests of this room share: an app on a clock that is moved by hand, and callers with cookies of their own.
import type { Grant } from '@bellwether/contract/platform/access'
import { SignedIn } from '@bellwether/contract/platform/session'
import { inviteUser } from '@bellwether/contract/platform/user'
import { z } from 'zod'
import { createTestApp, everywhere, type TestApp, type TestAppOptions } from '../../testing.ts'
import type { Principal } from '../access/index.ts'

export const PASSWORD = 'Zebra-quilt-39-lantern'

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: object
  bearer?: string | undefined
  headers?: Record<string, string>
  ip?: string
  agent?: string
}
const Answer = z.looseObject({
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  items: z.array(z.looseObject({ id: z.string() })).optional(),
})

export interface Answered {
  status: number
  body: z.output<typeof Answer>
  cookies: { name: string; value: string; maxAge?: number; httpOnly?: boolean; sameSite?: string; secure?: boolean }[]
  headers: Record<string, unknown>
}
type Asking = (url: string, more?: Ask) => Promise<Answered>

export async function createDesk(options: Omit<TestAppOptions, 'now'> = {}) {
  const clock = { at: new Date('2026-11-20T09:00:00.000Z') }
  const app = await createTestApp({ ...options, now: () => new Date(clock.at) })
  let others = 0

  async function ask(
    url: string,
    { method, body, bearer, headers = {}, ip = '192.0.2.1', agent = 'curl/8' }: Ask = {},
  ) {
    const response = await app.gateway.inject({
      method: method ?? (body ? 'POST' : 'GET'),
      url,
      remoteAddress: ip,
      ...(body ? { payload: body } : {}),
      headers: { 'user-agent': agent, ...(bearer ? { authorization: `Bearer ${bearer}` } : {}), ...headers },
    })
    return {
      status: response.statusCode,
      body: Answer.parse(/json/.test(String(response.headers['content-type'])) ? response.json() : {}),
      cookies: response.cookies,
      headers: response.headers,
    }
  }

  /** The strongest person there is, freshly confirmed by the desk's clock. */
  const root = (): Principal => ({ ...everywhere('super_admin'), confirmedAt: new Date(clock.at) })

  /** An address with a password, come to the desk by invitation. */
  async function join(
    grants: Grant[] = [{ role: 'viewer', domain: '*' }],
    email = `person-${++others}@people.example`,
  ) {
    const { user, link } = await app.ask(inviteUser, { body: { email, grants } }, root())
    const token = link.path.split('#token=')[1] ?? ''
    const accepted = await ask('/api/v1/auth/link/accept', {
      body: { token, name: 'Grace Hopper', password: PASSWORD },
    })
    if (accepted.status !== 200) throw new Error(`the invitation was not accepted: ${JSON.stringify(accepted.body)}`)
    return { id: user.id, email, token, ...tokensOf(accepted.body) }
  }

  const signIn = (email: string, more: Ask & { password?: string; otp?: string } = {}) =>
    ask('/api/v1/auth/sign-in', {
      ...more,
      body: { email, password: more.password ?? PASSWORD, ...(more.otp ? { otp: more.otp } : {}) },
    })

  return {
    app,
    clock,
    ask,
    root,
    join,
    signIn,
    tokensOf,
    browser: () => createBrowser(ask),
    advance: (seconds: number): void => {
      clock.at = new Date(clock.at.getTime() + seconds * 1000)
    },
    refresh: (refreshToken: string, more: Ask = {}) => ask('/api/v1/auth/refresh', { ...more, body: { refreshToken } }),
    close: () => app.close(),
  }
}
export type Desk = Awaited<ReturnType<typeof createDesk>>

export function tokensOf(body: unknown): { accessToken: string; refreshToken: string } {
  const { accessToken = '', refreshToken = '' } = SignedIn.parse(body)
  return { accessToken, refreshToken }
}

/** A browser at http://localhost: keeps cookies and adds what our own page adds. */
function createBrowser(ask: Asking) {
  const jar = new Map<string, string>()
  const own = { 'x-bellwether': '1', origin: 'http://localhost', host: 'localhost' }
  return {
    jar,
    async ask(url: string, { headers, agent = 'Mozilla/5.0', ...rest }: Ask = {}): Promise<Answered> {
      const cookie = [...jar].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ')
      const answer = await ask(url, { ...rest, agent, headers: { ...own, ...(cookie ? { cookie } : {}), ...headers } })
      for (const { name, value, maxAge } of answer.cookies) {
        if (maxAge === 0 || value === '') jar.delete(name)
        else jar.set(name, value)
      }
      return answer
    },
  }
}

export const sqlOf = async <T extends object>(app: TestApp, query: string, values: unknown[] = []): Promise<T[]> =>
  (await app.platform.pool.query<T>(query, values)).rows
