import type { ProblemCode } from '@bellwether/contract/problem'

export interface FieldError {
  path: string
  message: string
}

/** The codes a caller may be refused with; the gateway alone turns them into a status. */
export type ErrorCode = Exclude<ProblemCode, 'internal'>

export interface AppErrorOptions {
  cause?: unknown
  errors?: readonly FieldError[]
  /** Seconds after which trying again makes sense. */
  retryAfter?: number
}

/** A failure a caller can do something about. `message` says what was wrong, where, and what would be right. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly errors: readonly FieldError[]
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = options.errors ?? []
    this.retryAfter = options.retryAfter
  }
}

export const notFound = (what: string) => new AppError('not_found', `${what} does not exist, or you may not see it`)
export const invalid = (message: string, errors: readonly FieldError[] = []) =>
  new AppError('invalid', message, { errors })
export const conflict = (message: string) => new AppError('conflict', message)
export const forbidden = (message: string) => new AppError('forbidden', message)
export const unavailable = (message: string, options: AppErrorOptions = {}) =>
  new AppError('unavailable', message, options)
/** Who is calling is not known: no credentials, or credentials that do not hold. */
export const unauthenticated = (message: string, errors: readonly FieldError[] = []) =>
  new AppError('unauthenticated', message, { errors })
/** Who is calling is known, but not freshly enough for a dangerous act. */
export const stepUpRequired = (message: string) => new AppError('step_up_required', message)

/** Asked too often; `retryAfter` seconds later it is welcome again. */
export const tooMany = (message: string, retryAfter: number) =>
  new AppError('too_many_requests', message, { retryAfter })

/** What an unknown thrown value says, for a log line or a stored reason. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The program cannot start. Printed as one line that says what to do; the exit code is 1. */
export class StartError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'StartError'
  }
}
