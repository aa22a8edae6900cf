import type { Endpoint } from '@bellwether/contract/endpoint'
import { Problem } from '@bellwether/contract/problem'
import type { Config } from '../../config/index.ts'
import { isSecret } from '../mount.ts'
import { STATUS } from '../problems.ts'
import { createSchemas, type Json, type Schemas } from './schemas.ts'

export interface OpenApiParts {
  version: string
  config: Pick<Config, 'ratePerMinute' | 'bodyLimit'>
  endpoints: readonly Endpoint[]
}

const RATE_HEADERS = {
  'RateLimit-Policy': 'Quotas that hold here, such as "minute";q=600;w=60, "burst";q=100;w=1',
  RateLimit: 'What is left of the quota nearest to its end, and seconds until it is renewed: "minute";r=599;t=42',
  'X-Request-Id': 'Name of this request in our logs',
}

/** This API as an OpenAPI 3.1 document, made from the endpoints that are mounted. */
export function openApiOf({ version, config, endpoints }: OpenApiParts): Json {
  const schemas = createSchemas()
  const problem = schemas.schemaOf(Problem, 'output', 'Problem')
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint, schemas, config) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bellwether',
      version,
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(tagOf))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.named, Problem: problem },
      responses: Object.fromEntries(Object.entries(REFUSALS).map(([name, text]) => [name, refusal(text)])),
      headers: Object.fromEntries(
        Object.entries(RATE_HEADERS).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
      ),
      parameters: PARAMETERS,
      securitySchemes: SECURITY,
    },
  }
}

const ABOUT = `Times are ISO 8601 with offset. Lists come in pages: \`{items, nextCursor}\`; pass \`nextCursor\` as \`cursor\` for the
next one, until it is absent. Refusals are \`application/problem+json\` with \`code\`, \`detail\` and, for each wrong field, \`errors[{path, message}]\`.
Every POST may carry an \`Idempotency-Key\`. GET answers carry an \`ETag\`; sent back as \`If-None-Match\` an unchanged answer is 304.
Each caller has a quota, told in \`RateLimit\`; beyond it the answer is 429 with \`Retry-After\`.`

const SECURITY: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of POST /api/v1/auth/sign-in, or an API key (bw_…)',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'bw_access',
    description:
      'The session of a browser (over TLS the name begins with __Host-); an unsafe request also carries x-bellwether: 1 and our own origin',
  },
}

const REFUSALS = {
  Invalid: 'Something of the request is not as expected; `errors` names each field',
  Unauthenticated: 'No credentials, or credentials that do not hold',
  Forbidden: 'The caller lacks the permission, or must first confirm who they are (`step_up_required`)',
  NotFound: 'It does not exist, or the caller may not see it',
  Conflict: 'It changed meanwhile, or the Idempotency-Key is in use',
  TooLarge: 'The body is larger than this endpoint takes',
  Unsupported: 'The content type is not accepted',
  TooManyRequests: 'The quota is used up; `Retry-After` says when to come back',
  Unavailable: 'A part is down or the server stops; try again',
}

const PARAMETERS: Json = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request happen once: a repetition within a day gets the first answer again, with `idempotency-replayed: true`',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag of the answer you hold; 304 when it is unchanged',
    schema: { type: 'string' },
  },
}

const refusal = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

function operationOf(endpoint: Endpoint, schemas: Schemas, config: OpenApiParts['config']): Json {
  const { method, summary, can, stepUp, perMinute = config.ratePerMinute } = endpoint
  const id = operationId(endpoint)
  return {
    operationId: id,
    tags: [tagOf(endpoint)],
    summary,
    description: [
      can === 'public' ? 'Open to everybody.' : can === 'signed-in' ? 'Any signed-in caller.' : `Needs \`${can}\`.`,
      ...(stepUp ? ['The caller must have confirmed who they are within the last ten minutes.'] : []),
      `At most ${perMinute} requests a minute and caller.`,
    ].join(' '),
    'x-permission': can,
    ...(stepUp ? { 'x-step-up': true } : {}),
    security: can === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    parameters: parametersOf(endpoint, schemas, id),
    ...bodyOf(endpoint, schemas, { id, largest: endpoint.bodyLimit ?? config.bodyLimit }),
    responses: responsesOf(endpoint, schemas, `${id}${method === 'GET' ? '' : 'Answer'}`),
  }
}

function parametersOf(endpoint: Endpoint, schemas: Schemas, id: string): Json[] {
  const of = (part: 'params' | 'query', place: 'path' | 'query'): Json[] => {
    const shape = endpoint[part]
    if (!shape) return []
    const { properties = {}, required = [] } = schemas.schemaOf(shape, 'input', `${id}${part}`) as {
      properties?: Record<string, Json>
      required?: string[]
    }
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(typeof schema.description === 'string' ? { description: schema.description } : {}),
      schema,
    }))
  }
  const common: Json[] = []
  if (takesKey(endpoint)) common.push({ $ref: '#/components/parameters/IdempotencyKey' })
  if (endpoint.method === 'GET' && !endpoint.produces) common.push({ $ref: '#/components/parameters/IfNoneMatch' })
  return [...of('params', 'path'), ...of('query', 'query'), ...common]
}

const takesKey = (endpoint: Endpoint): boolean =>
  endpoint.method === 'POST' && !endpoint.produces && !isSecret(endpoint)

function bodyOf(
  { body, accepts = [] }: Endpoint,
  schemas: Schemas,
  { id, largest }: { id: string; largest: number },
): Json {
  if (!body) return {}
  return {
    requestBody: {
      required: !body.safeParse(undefined).success,
      description: `At most ${largest} bytes.`,
      content: {
        'application/json': { schema: schemas.schemaOf(body, 'input', `${id}Body`) },
        ...Object.fromEntries(accepts.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
      },
    },
  }
}

function responsesOf(endpoint: Endpoint, schemas: Schemas, name: string): Json {
  const { can, status = 200, answers, produces, method } = endpoint
  const content = produces
    ? { [produces]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: schemas.schemaOf(answers, 'output', name) } }
  const headers = Object.fromEntries(
    Object.keys(RATE_HEADERS).map((header) => [header, { $ref: `#/components/headers/${header}` }]),
  )
  const refusals: Partial<Record<keyof typeof REFUSALS, number>> = {
    Invalid: STATUS.invalid,
    ...(can === 'public' ? {} : { Unauthenticated: STATUS.unauthenticated, Forbidden: STATUS.forbidden }),
    ...(endpoint.params ? { NotFound: STATUS.not_found } : {}),
    ...(method === 'GET' ? {} : { Conflict: STATUS.conflict }),
    ...(endpoint.body ? { TooLarge: STATUS.too_large, Unsupported: STATUS.unsupported } : {}),
    TooManyRequests: STATUS.too_many_requests,
    Unavailable: STATUS.unavailable,
  }
  return {
    [status]: { description: 'Done', headers, content },
    ...(method === 'GET' && !produces ? { 304: { description: 'Unchanged since the ETag given' } } : {}),
    ...Object.fromEntries(
      Object.entries(refusals).map(([key, code]) => [code, { $ref: `#/components/responses/${key}` }]),
    ),
  }
}

/** `GET /api/v1/calendar/entries/:id` → `getCalendarEntriesId`. */
function operationId({ method, path }: Endpoint): string {
  const words = path
    .replace(/^\/api(\/v1)?/, '')
    .split(/[^\da-z]+/i)
    .filter(Boolean)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const tagOf = ({ path }: Endpoint): string => /^\/api\/v\d+\/([^/]+)/.exec(path)?.[1] ?? 'system'
