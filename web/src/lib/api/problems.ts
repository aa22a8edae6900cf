import type { Problem, ProblemCode } from '@bellwether/contract/problem'

/** The server refused, and said why. */
export class Refusal extends Error {
  readonly problem: Problem
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail)
    this.name = 'Refusal'
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/** No answer came: the server is down, or the way to it is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server does not answer.', { cause })
    this.name = 'Unreachable'
  }
}

/** An answer came that is not in the agreed form: page and server are of different versions, or a proxy answered. */
export class Unreadable extends Error {
  constructor(what: string, cause?: unknown) {
    super(what, { cause })
    this.name = 'Unreadable'
  }
}

export const isRefused = (error: unknown, ...codes: ProblemCode[]): error is Refusal =>
  error instanceof Refusal && (codes.length === 0 || codes.includes(error.problem.code))

/** One sentence a person can act on. */
export function inWords(error: unknown): string {
  if (error instanceof Refusal) {
    const { detail, code } = error.problem
    if (code === 'too_many_requests' && error.retryAfter)
      return `${sentence(detail)} Try again in ${error.retryAfter} s.`
    return sentence(detail)
  }
  if (error instanceof Error && error.message) return sentence(error.message)
  return 'Something failed that did not say why.'
}

/** Field messages by path, with the part of the request (`body.`) taken off. */
export function fieldMessages(error: unknown): Record<string, string> {
  if (!(error instanceof Refusal)) return {}
  const entries = (error.problem.errors ?? []).map(({ path, message }) => [
    path.replace(/^body\./, ''),
    capital(message),
  ])
  return Object.fromEntries(entries)
}

function sentence(text: string): string {
  const trimmed = text.trim()
  const upper = capital(trimmed)
  return /[.!?…]$/.test(upper) ? upper : `${upper}.`
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
