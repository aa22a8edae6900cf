import { STATUS_CODES } from 'node:http'
import type { Problem, ProblemCode } from '@bellwether/contract/problem'
import type { z } from 'zod'
import { AppError, type FieldError } from '../errors/index.ts'
import { inWords } from './http/wording.ts'

export const STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  step_up_required: 403,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  timeout: 408,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported: 415,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
}

export interface ProblemParts {
  code: ProblemCode
  detail: string
  errors?: readonly FieldError[]
  requestId: string
  /** Where the code's own status would be too coarse. */
  status?: number
}

/** The one place where a code becomes a status. */
export function problem({ code, detail, errors, requestId, status = STATUS[code] }: ProblemParts): Problem {
  return {
    type: `urn:bellwether:problem:${code}`,
    title: STATUS_CODES[status] ?? code,
    status,
    code,
    detail,
    ...(errors?.length ? { errors: [...errors] } : {}),
    requestId,
  }
}

interface Thrown {
  code?: string
  statusCode?: number
  message?: string
}

/** Codes for what the HTTP server itself refuses; anything else below 500 is an invalid request. */
const BY_STATUS: Record<number, ProblemCode> = {
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported',
  429: 'too_many_requests',
}

/**
 * What the database refuses although our shapes let it through, by SQLSTATE. Each should have been caught before; the
 * client still gets an answer it can act on, and the log tells us.
 */
const BY_SQLSTATE: readonly [RegExp, ProblemCode, string][] = [
  [/^22/, 'invalid', 'a value does not fit what is stored; check numbers and texts for their range'],
  [/^23505$/, 'conflict', 'something with the same name or key exists already'],
  [/^23/, 'conflict', 'this does not fit what is stored; read it again and repeat your change'],
  [/^40/, 'unavailable', 'two changes met; try again'],
  [/^57014$/, 'unavailable', 'this took too long; ask for less or try again later'],
  [/^(53|57P|08)/, 'unavailable', 'the database cannot answer now; try again shortly'],
  [
    /^(ECONNREFUSED|ECONNRESET|ENOENT|ETIMEDOUT|EPIPE)$/,
    'unavailable',
    'the database cannot answer now; try again shortly',
  ],
]
const POOL_EMPTY = /timeout exceeded when trying to connect|Connection terminated/

/** What went wrong, in the words a client may read. Only `internal` hides its cause, which goes to the log. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  if (thrown instanceof AppError)
    return problem({ code: thrown.code, detail: thrown.message, errors: thrown.errors, requestId })
  const { statusCode = 500, message = '', code = '' } = (thrown ?? {}) as Thrown
  if (statusCode >= 400 && statusCode < 500)
    return problem({ code: BY_STATUS[statusCode] ?? 'invalid', detail: plain(code, message), requestId })
  const known = BY_SQLSTATE.find(([state]) => state.test(code))
  if (known) return problem({ code: known[1], detail: known[2], requestId })
  if (statusCode === 503 || POOL_EMPTY.test(message))
    return problem({ code: 'unavailable', detail: 'the server is busy or stopping; try again shortly', requestId })
  return problem({
    code: 'internal',
    detail: `something failed on our side; quote request ${requestId} when you report it`,
    requestId,
  })
}

/** Refusals of the HTTP library in words that say what would be right. */
const PLAIN: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is larger than this endpoint takes; send less, or in parts',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as content-length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the content type is not accepted; send application/json',
  FST_ERR_BAD_URL: 'the address is not well-formed; write special characters as %XX',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the address is too long',
}
const plain = (code: string, message: string): string => PLAIN[code] ?? message

/** Field errors as a client reads them: where, and what would be right. */
export const fieldErrors = (part: string, error: z.ZodError): FieldError[] =>
  error.issues.map((issue) => ({ path: [part, ...issue.path.map(String)].join('.'), message: inWords(issue) }))
