import type { Audit } from '../audit/index.ts'
import type { Bus } from '../bus/index.ts'
import type { Config } from '../config/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { HashCost } from './passwords/hashing.ts'

export interface IdentityParts {
  db: Db
  bus: Pick<Bus, 'publish' | 'watch'>
  audit: Pick<Audit, 'record'>
  secrets: Pick<Secrets, 'seal' | 'open'>
  config: Pick<
    Config,
    | 'publicUrl'
    | 'tlsCert'
    | 'corsOrigins'
    | 'adminEmail'
    | 'adminPassword'
    | 'oidcIssuer'
    | 'oidcClientId'
    | 'oidcClientSecret'
  >
  log: Log
  now: () => Date
  newId: () => string
  /** What a password hash costs; OWASP's figures unless said. Tests take less so that they stay fast. */
  hashCost?: HashCost
}

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const later = (from: Date, milliseconds: number): Date => new Date(from.getTime() + milliseconds)
