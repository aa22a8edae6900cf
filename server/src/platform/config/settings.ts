import { z } from 'zod'

/** One setting: its name in the environment, its shape with default, and what it does. */
export interface Setting<T extends z.ZodType = z.ZodType> {
  env: string
  shape: T
  says: string
  /** Never shown, in a log, an error or the settings page. */
  secret?: true
}
const setting = <T extends z.ZodType>(env: string, shape: T, says: string): Setting<T> => ({ env, shape, says })
const secret = <T extends z.ZodType>(env: string, shape: T, says: string): Setting<T> => ({
  env,
  shape,
  says,
  secret: true,
})

const on = z.stringbool({ truthy: ['1', 'true', 'on', 'yes'], falsy: ['0', 'false', 'off', 'no'] }).or(z.boolean())
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
export const RUN_ROLES = ['gateway', 'intake', 'detect', 'forecast', 'saga', 'jobs'] as const
const roles = list.pipe(z.array(z.enum(RUN_ROLES)).min(1))
const megabytes = (by: number) => by * 1024 * 1024

/** Every setting there is. The table in docs/operations/settings.md is made from this list. */
export const SETTINGS = {
  port: setting(
    'BELLWETHER_PORT',
    z.coerce.number().int().min(0).max(65_535).default(7400),
    'Port to listen on; 0 takes any free one.',
  ),
  host: setting(
    'BELLWETHER_HOST',
    z.string().min(1).default('127.0.0.1'),
    'Address to listen on; 0.0.0.0 opens it to the network.',
  ),
  publicUrl: setting(
    'BELLWETHER_PUBLIC_URL',
    z.url().optional(),
    'Address people reach it by, when a proxy stands in front. Passkeys and sign-in links are bound to it.',
  ),
  trustProxy: setting(
    'BELLWETHER_TRUST_PROXY',
    z.coerce.number().int().min(0).max(10).default(0),
    'How many proxies in front may say where a request came from.',
  ),
  data: setting('BELLWETHER_DATA', z.string().min(1).default('data'), 'Folder for the database, keys and files.'),
  demo: setting('BELLWETHER_DEMO', on.default(true), 'Run the simulated business, clearly labelled.'),
  adminEmail: setting(
    'BELLWETHER_ADMIN_EMAIL',
    z.email().default('admin@bellwether.local'),
    'E-mail of the first administrator (first start only).',
  ),
  adminPassword: secret(
    'BELLWETHER_ADMIN_PASSWORD',
    z.string().min(1).optional(),
    'Password of the first administrator (first start only); without it a one-time sign-in link is printed.',
  ),
  databaseUrl: secret(
    'DATABASE_URL',
    z.url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/name' }).optional(),
    'PostgreSQL (15 or newer) to use instead of the embedded one.',
  ),
  databasePool: setting(
    'BELLWETHER_DATABASE_POOL',
    z.coerce.number().int().min(2).max(500).default(16),
    'Database connections this process may hold.',
  ),
  statementTimeout: setting(
    'BELLWETHER_STATEMENT_TIMEOUT',
    z.coerce.number().int().min(100).default(30_000),
    'Milliseconds after which a database statement is given up.',
  ),
  eventDays: setting(
    'BELLWETHER_EVENT_DAYS',
    z.coerce.number().int().min(1).max(3650).default(30),
    'Days that facts stay in the event log; those a consumer has not handled stay up to twice as long.',
  ),
  redisUrl: secret(
    'REDIS_URL',
    z.url({ protocol: /^rediss?$/, error: 'must look like redis://host:6379' }).optional(),
    'Redis for cache, limits and locks when several processes run.',
  ),
  tlsCert: setting(
    'BELLWETHER_TLS_CERT',
    z.string().optional(),
    'Certificate file (PEM); with BELLWETHER_TLS_KEY it serves HTTPS with TLS 1.3.',
  ),
  tlsKey: setting('BELLWETHER_TLS_KEY', z.string().optional(), 'Private key file (PEM) for BELLWETHER_TLS_CERT.'),
  roles: setting(
    'BELLWETHER_ROLES',
    roles.or(z.array(z.enum(RUN_ROLES))).default([...RUN_ROLES]),
    'Which parts this process runs, separated by commas.',
  ),
  kek: secret(
    'BELLWETHER_KEK',
    z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64')
      .optional(),
    'Key that encrypts all stored keys; without it a key file is made in the data folder.',
  ),
  kekPrevious: secret(
    'BELLWETHER_KEK_PREVIOUS',
    list
      .or(z.array(z.string()))
      .default([])
      .pipe(
        z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be keys of 32 bytes in base64, separated by commas')),
      ),
    'Former values of BELLWETHER_KEK, until everything is wrapped with the new one.',
  ),
  corsOrigins: setting(
    'BELLWETHER_CORS_ORIGINS',
    list.or(z.array(z.string())).default([]),
    'Other origins whose pages may call the API, separated by commas.',
  ),
  bodyLimit: setting(
    'BELLWETHER_BODY_LIMIT',
    z.coerce.number().int().min(1024).default(megabytes(1)),
    'Largest request body in bytes, where an endpoint does not say otherwise.',
  ),
  requestTimeout: setting(
    'BELLWETHER_REQUEST_TIMEOUT',
    z.coerce.number().int().min(100).default(30_000),
    'Milliseconds a client has to send a whole request.',
  ),
  web: setting(
    'BELLWETHER_WEB',
    z.string().min(1).optional(),
    'Folder of the built web app, where it is not the one of this program.',
  ),
  ratePerMinute: setting(
    'BELLWETHER_RATE_PER_MINUTE',
    z.coerce.number().int().min(1).default(600),
    'Requests per minute and caller, where an endpoint does not say otherwise.',
  ),
  logLevel: setting(
    'BELLWETHER_LOG_LEVEL',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'Least severe log line that is written.',
  ),
  otlpUrl: setting(
    'BELLWETHER_OTLP_URL',
    z.url().optional(),
    'OpenTelemetry collector (OTLP over HTTP) that receives traces.',
  ),
  oidcIssuer: setting('BELLWETHER_OIDC_ISSUER', z.url().optional(), 'OpenID provider for single sign-on.'),
  oidcClientId: setting('BELLWETHER_OIDC_CLIENT_ID', z.string().optional(), 'Client id at the OpenID provider.'),
  oidcClientSecret: secret(
    'BELLWETHER_OIDC_CLIENT_SECRET',
    z.string().optional(),
    'Client secret at the OpenID provider.',
  ),
} satisfies Record<string, Setting>

export type Config = { [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]['shape']> }
