import { z } from 'zod'

export const ProblemCode = z.enum([
  'invalid',
  'unauthenticated',
  'step_up_required',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'not_acceptable',
  'timeout',
  'conflict',
  'precondition_failed',
  'too_large',
  'unsupported',
  'too_many_requests',
  'internal',
  'unavailable',
])
export type ProblemCode = z.output<typeof ProblemCode>

/** RFC 9457 problem details: what was wrong, where, and what would be right. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: ProblemCode,
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
})
export type Problem = z.output<typeof Problem>
