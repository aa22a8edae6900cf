import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint, InputOf, ResultOf } from '@bellwether/contract/endpoint'
import type { Problem } from '@bellwether/contract/problem'
import type pg from 'pg'
import { inject } from 'vitest'
import { createApp } from './app.ts'
import type { Grant, Principal } from './platform/access/index.ts'
import { type Config, loadConfig } from './platform/config/index.ts'
import type { Route } from './platform/gateway/index.ts'
import { createPlatform } from './platform/index.ts'
import { openDatabase } from './platform/storage/index.ts'
import type { LogSink } from './platform/telemetry/index.ts'
import { administer } from './test-database.ts'
import { createPeople } from './test-people.ts'

/** Password hashes that cost next to nothing. */
const QUICK = { memoryKib: 64, passes: 1 }

export interface TestAppOptions {
  config?: Partial<Config>
  now?: () => Date
  /** Mounted beside the app's own, to try the gateway with. */
  routes?: readonly Route[]
  logSink?: LogSink
}

/** Who asks in a test: a person with these grants, made on demand with an account and a session of their own. */
export const person = (...grants: Grant[]): Principal => ({
  kind: 'user',
  id: '0190a1b2-0000-7000-8000-000000000001',
  name: 'Ada',
  grants,
})
export const everywhere = (role: Grant['role']): Principal => person({ role, domain: '*' })

/** A throw-away database made from the migrated template. */
export async function createTestDatabase() {
  const server: pg.ClientConfig = inject('testServer')
  const name = `bellwether_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${inject('testTemplate')}`)
  const database = openDatabase({ connection: { ...server, database: name }, pool: 8, statementTimeout: 30_000 })
  return {
    ...database,
    connection: { ...server, database: name },
    async close() {
      await database.close()
      await administer(server, `drop database if exists ${name} with (force)`)
    },
  }
}

/** The real app on a throw-away database. */
export async function createTestApp({ config = {}, now, routes = [], logSink }: TestAppOptions = {}) {
  const database = await createTestDatabase()
  const data = mkdtempSync(join(tmpdir(), 'bw-app-'))
  const platform = createPlatform({
    config: {
      ...loadConfig({ BELLWETHER_LOG_LEVEL: 'silent', BELLWETHER_KEK: randomBytes(32).toString('base64') }),
      ratePerMinute: 100_000,
      data,
      ...config,
    },
    database,
    hashCost: QUICK,
    ...(now ? { now } : {}),
    ...(logSink ? { logSink } : {}),
  })
  const credentialFor = createPeople(platform)
  const { gateway, start } = createApp({ ...platform, routes: [...platform.routes, ...routes] })
  const stop = await start()

  /** The `Authorization` header of somebody, for clients that are not ours. */
  const authorizationOf = async (who: Principal): Promise<string> => `Bearer ${await credentialFor(who)}`

  async function send<E extends Endpoint>(endpoint: E, input: InputOf<E>, as?: Principal) {
    const { params, query, body } = input as {
      params?: Record<string, string>
      query?: Record<string, string>
      body?: object
    }
    const url = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])))
    const response = await gateway.inject({
      method: endpoint.method,
      url,
      query: query ?? {},
      ...(body ? { payload: body } : {}),
      headers: as ? { authorization: await authorizationOf(as) } : {},
    })
    const json = /json/.test(String(response.headers['content-type']))
    const answered: unknown = json ? response.json() : undefined
    return { status: response.statusCode, headers: response.headers, body: answered, bytes: response.rawPayload }
  }

  return {
    platform,
    gateway,
    /** Asks and expects success; the answer is parsed as a client would. */
    async ask<E extends Endpoint>(endpoint: E, input: InputOf<E>, as?: Principal): Promise<ResultOf<E>> {
      const { status, body } = await send(endpoint, input, as)
      if (status >= 300)
        throw new Error(`${endpoint.method} ${endpoint.path} answered ${status}: ${JSON.stringify(body)}`)
      return endpoint.answers.parse(body) as ResultOf<E>
    },
    /** Asks and expects to be refused. */
    async refused<E extends Endpoint>(endpoint: E, input: InputOf<E>, as?: Principal): Promise<Problem> {
      const { status, body } = await send(endpoint, input, as)
      if (status < 400)
        throw new Error(`${endpoint.method} ${endpoint.path} answered ${status}, a refusal was expected`)
      return body as Problem
    },
    send,
    authorizationOf,
    async close() {
      await gateway.close()
      await stop()
      await database.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
export type TestApp = Awaited<ReturnType<typeof createTestApp>>
