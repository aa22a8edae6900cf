import type { z } from 'zod'

export type Action = 'read' | 'write' | 'execute' | 'admin'
export type Permission = `${string}:${Action}`
/** What a caller needs: a permission, any signed-in account, or nothing. */
export type Access = Permission | 'signed-in' | 'public'
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Shapes {
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  answers: z.ZodType
}

interface Manners {
  can: Access
  /** One line for the API page. */
  summary: string
  /** Success status; 200 for GET, 201 for a POST that creates. */
  status?: number
  /** A dangerous act: the caller must have confirmed who they are within the last minutes. */
  stepUp?: boolean
  /**
   * Answers may be kept this long, for callers with the same rights, and are dropped when an event arrives whose type
   * begins with one of `tags`. `perCaller` where the answer also depends on who asks.
   */
  cache?: { seconds: number; tags: readonly string[]; perCaller?: true }
  /** Requests per minute per caller, where it differs from the default; counted for this endpoint alone. */
  perMinute?: number
  /** Largest body in bytes, where it differs from the default. */
  bodyLimit?: number
  /** The answer holds a token, key or password: never stored for a replay, never kept by a cache, never compressed. */
  secret?: true
  /** Content types of the body besides JSON; such a body reaches the handler as a `Buffer`. */
  accepts?: readonly string[]
  /** Content type of the answer where it is not JSON; the body is then a string, a `Buffer` or a stream, sent as it is. */
  produces?: string
  /** Where an outsider's own format forbids it, an unknown field in the body or query is let through. */
  lenient?: true
}

export type Endpoint<S extends Shapes = Shapes> = S & Manners & { method: Method; path: string }

/**
 * One thing a client may ask for: where, what goes in, what comes out, who may. The server mounts it, the web app and
 * the command line call it, the API page is written from it.
 */
export function endpoint<const S extends Shapes>(address: `${Method} /${string}`, spec: S & Manners): Endpoint<S> {
  const [method, path] = address.split(' ') as [Method, string]
  return { ...spec, method, path }
}

type Part<E, K extends keyof Shapes> = K extends keyof E ? E[K] : undefined
type In<T> = T extends z.ZodType ? z.input<T> : undefined
type Out<T> = T extends z.ZodType ? z.output<T> : undefined

/** What a client passes to call the endpoint: only the parts it takes. */
export type InputOf<E extends Endpoint> = (Part<E, 'params'> extends z.ZodType
  ? { params: In<E['params']> }
  : unknown) &
  (Part<E, 'query'> extends z.ZodType ? { query?: In<E['query']> } : unknown) &
  (Part<E, 'body'> extends z.ZodType ? { body: In<E['body']> } : unknown)
export type ParamsOf<E extends Endpoint> = Out<Part<E, 'params'>>
export type QueryOf<E extends Endpoint> = Out<Part<E, 'query'>>
export type BodyOf<E extends Endpoint> = Out<Part<E, 'body'>>
/** What the server's handler returns; parsed by `answers` on its way out, so unknown fields never leave. */
export type AnswerOf<E extends Endpoint> = z.input<E['answers']>
/** What a client receives. */
export type ResultOf<E extends Endpoint> = z.output<E['answers']>
