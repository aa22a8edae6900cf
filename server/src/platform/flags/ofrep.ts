import { createHash } from 'node:crypto'
import type { Evaluation, EvaluationFailure } from '@bellwether/contract/platform/ofrep'
import { z } from 'zod'
import { type Attributes, evaluate, KEY_MISSING, type Prepared } from './rules.ts'

// Words of the OpenFeature Remote Evaluation Protocol.

type Success = z.output<typeof Evaluation>
export type Failure = z.output<typeof EvaluationFailure>

const Request = z.object({
  context: z.record(z.string(), z.unknown()).optional(),
})
const Context = z.object({ targetingKey: z.string().optional() })

/** The context of a request, or what is wrong with it. */
export function contextOf(body: unknown): { context: Attributes } | { failure: Failure } {
  const request = Request.safeParse(body)
  if (!request.success)
    return { failure: { errorCode: 'PARSE_ERROR', errorDetails: 'the body must be {"context": {…}}' } }
  const context = request.data.context ?? {}
  if (!Context.safeParse(context).success)
    return { failure: { errorCode: 'INVALID_CONTEXT', errorDetails: 'context.targetingKey must be a text' } }
  return { context }
}

export function evaluated(ready: Prepared, context: Attributes, now: number): Success | (Failure & { key: string }) {
  const { key, owner } = ready.flag
  const outcome = evaluate(ready, context, now)
  if (outcome === KEY_MISSING)
    return { key, errorCode: 'TARGETING_KEY_MISSING', errorDetails: `${key} is decided by context.targetingKey` }
  const { variant, reason, because } = outcome
  return {
    key,
    reason,
    ...(variant ? { value: variant.value, variant: variant.name } : {}),
    metadata: { because, owner },
  }
}

export const etagOf = (flags: readonly unknown[]): string =>
  `"${createHash('sha256').update(JSON.stringify(flags)).digest('base64url').slice(0, 27)}"`

/** Whether an `If-None-Match` header names this tag. */
export const knows = (ifNoneMatch: string | string[] | undefined, etag: string): boolean =>
  String(ifNoneMatch ?? '')
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')
