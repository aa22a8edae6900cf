import type { EventType } from '@bellwether/contract/event'
import type { Redis } from 'ioredis'
import type { Origin, Principal } from '../access/index.ts'
import type { Cache } from '../cache/index.ts'
import type { Config } from '../config/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log, Metrics } from '../telemetry/index.ts'
import type { Hub } from './hub/hub.ts'
import type { Route } from './routes.ts'

/**
 * Tells who calls, from the bearer token or the session cookie; `anonymous` when there is neither. Throws
 * `unauthenticated` when there is one that does not hold; where everybody may call, that counts as nobody.
 */
export type Authenticate = (request: {
  method: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  authorization: string | undefined
  cookies: Readonly<Record<string, string | undefined>>
  origin: Origin
}) => Promise<Principal>

export interface GatewayParts {
  config: Config
  version: string
  log: Log
  db: Db
  metrics: Metrics
  cache: Cache
  redis?: Redis | undefined
  hub: Hub
  authenticate: Authenticate
  health: { isReady(): Promise<boolean> }
  routes: readonly Route[]
  /** The facts of all contexts, for the API page. */
  events: readonly EventType[]
  now: () => Date
}
