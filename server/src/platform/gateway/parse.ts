import type { Endpoint } from '@bellwether/contract/endpoint'
import { type FieldError, invalid } from '../errors/index.ts'
import { fieldErrors } from './problems.ts'

const PARTS = ['params', 'query', 'body'] as const

/** Parses what came in by the endpoint's shapes; every wrong field of every part is named at once. */
export function parseInput(
  endpoint: Endpoint,
  raw: Record<(typeof PARTS)[number], unknown>,
): { params: unknown; query: unknown; body: unknown } {
  const errors: FieldError[] = []
  const parsed: { params: unknown; query: unknown; body: unknown } = {
    params: undefined,
    query: undefined,
    body: undefined,
  }
  for (const part of PARTS) {
    const shape = endpoint[part]
    if (!shape) continue
    const result = shape.safeParse(raw[part] ?? (part === 'body' ? undefined : {}))
    if (result.success) parsed[part] = result.data
    else errors.push(...fieldErrors(part, result.error))
  }
  if (errors.length > 0)
    throw invalid(
      `${errors.length === 1 ? 'one field is' : `${errors.length} fields are`} not as expected: ${errors.map(({ path }) => path).join(', ')}`,
      errors,
    )
  return parsed
}
