import { STATUS_CODES } from 'node:http'
import type { Problem, ProblemCode } from '@bellwether/contract/problem'
import type { z } from 'zod'
import { AppError, type FieldError } from '../errors/index.ts'

const STATUS: Record<ProblemCode, number> = {
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
}

/** The one place where a code becomes a status. */
export function problem({ code, detail, errors, requestId }: ProblemParts): Problem {
  const status = STATUS[code]
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
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported',
  429: 'too_many_requests',
  503: 'unavailable',
}

/** What went wrong, in the words a client may read. Only `internal` hides its cause, which goes to the log. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  if (thrown instanceof AppError) {
    return problem({ code: thrown.code, detail: thrown.message, errors: thrown.errors, requestId })
  }
  const { statusCode = 500, message = '' } = thrown as Thrown
  if (statusCode >= 400 && statusCode < 500) {
    return problem({ code: BY_STATUS[statusCode] ?? 'invalid', detail: message, requestId })
  }
  return problem({
    code: 'internal',
    detail: `something failed on our side; quote request ${requestId} when you report it`,
    requestId,
  })
}

/** Field errors as a client reads them: where, and what would be right. */
export const fieldErrors = (part: string, error: z.ZodError): FieldError[] =>
  error.issues.map((issue) => ({ path: [part, ...issue.path].join('.'), message: issue.message }))
