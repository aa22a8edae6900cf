import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

// OpenFeature Remote Evaluation Protocol 0.2.0 (github.com/open-feature/protocol, service/openapi.yaml).

const Metadata = z.record(z.string(), z.union([z.boolean(), z.string(), z.number()]))

/** `value` is absent when the caller's own default is meant. */
export const Evaluation = z.object({
  key: z.string(),
  reason: z.string(),
  variant: z.string().optional(),
  value: z.json().optional(),
  metadata: Metadata.optional(),
})
export const EvaluationFailure = z.object({
  key: z.string().optional(),
  errorCode: z.enum(['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'FLAG_NOT_FOUND', 'GENERAL']),
  errorDetails: z.string().optional(),
})

/** Read by hand, because the protocol has its own words for a malformed request. */
const Body = z.unknown()

export const evaluateFlag = endpoint('POST /ofrep/v1/evaluate/flags/:key', {
  can: 'flag:execute',
  summary: 'OpenFeature remote evaluation of one flag',
  params: z.object({ key: z.string() }),
  body: Body,
  lenient: true,
  answers: z.union([Evaluation, EvaluationFailure]),
  status: 200,
  perMinute: 60_000,
})

export const evaluateFlags = endpoint('POST /ofrep/v1/evaluate/flags', {
  can: 'flag:execute',
  summary: 'OpenFeature remote evaluation of every flag; If-None-Match with its ETag answers 304',
  body: Body,
  lenient: true,
  answers: z.union([
    z.object({ flags: z.array(z.union([Evaluation, EvaluationFailure])), metadata: Metadata.optional() }),
    EvaluationFailure,
    z.undefined(),
  ]),
  status: 200,
  perMinute: 6000,
})
