import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Config } from '../../config/index.ts'

const PERMISSIONS =
  'accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)'

/** Headers a page of another origin may read. */
const EXPOSED = [
  'etag',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'idempotency-replayed',
  'x-request-id',
]

/**
 * What a page of ours may load. Styles may stand inline, because the component and chart libraries of the web app write
 * them; scripts may not, anywhere.
 */
const PAGE_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'worker-src': ["'self'", 'blob:'],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}
/** Data is never a page: whoever opens it as one gets nothing to load and nothing to run. */
const DATA_POLICY = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], sandbox: [] }

/** The others tell a browser about windows, frames and links of a page, which data in a sandbox never becomes. */
const DATA_HEADERS = [
  'content-security-policy',
  'cross-origin-resource-policy',
  'x-content-type-options',
  'strict-transport-security',
]

type Security = Pick<Config, 'tlsCert' | 'corsOrigins'>

/** Keeps a browser from doing more with our answers than our pages need. */
export function secure(app: FastifyInstance, config: Security): void {
  // They are the same for every answer, so helmet is asked once and not for each.
  let page: Record<string, string> = {}
  let data: Record<string, string> = {}
  app.addHook('onReady', async () => {
    page = { ...(await headersOf(config, PAGE_POLICY)), 'permissions-policy': PERMISSIONS }
    data = onlyFor(await headersOf(config, DATA_POLICY), DATA_HEADERS)
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(isData(request.url) ? data : page)
    done()
  })
  if (config.corsOrigins.length > 0) allowOrigins(app, config)
}

const onlyFor = (headers: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))

const isData = (url: string): boolean => url.startsWith('/api/v')

async function headersOf({ tlsCert }: Security, directives: Record<string, string[]>): Promise<Record<string, string>> {
  const probe = Fastify({ logger: false })
  await probe.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    xXssProtection: false,
    xDownloadOptions: false,
    xDnsPrefetchControl: false,
    // Over plain HTTP a browser ignores it, and a proxy in front sets its own.
    hsts: tlsCert ? { maxAge: 63_072_000, includeSubDomains: false } : false,
  })
  probe.get('/', (_request, reply) => reply.code(204).send())
  const { headers } = await probe.inject('/')
  await probe.close()
  const given = Object.entries(headers).filter(([name]) => !['date', 'connection', 'content-length'].includes(name))
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function allowOrigins(app: FastifyInstance, { corsOrigins }: Security): void {
  app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'traceparent',
      'x-request-id',
    ],
    exposedHeaders: EXPOSED,
    credentials: false,
    maxAge: 600,
    strictPreflight: true,
  })
}
