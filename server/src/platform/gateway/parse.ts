import type { Endpoint } from '@bellwether/contract/endpoint'
import { guardedFieldsIn, type Principal } from '../access/index.ts'
import { AppError, type FieldError, invalid } from '../errors/index.ts'
import { createFieldCheck } from './http/fields.ts'
import { refuseText } from './http/json.ts'
import { fieldErrors } from './problems.ts'

const PARTS = ['params', 'query', 'body'] as const
type Part = (typeof PARTS)[number]
export type Parsed = Record<Part, unknown>

export type ParseInput = (raw: Parsed, principal: Principal) => Parsed

/** Parses what came in by the endpoint's shapes; every wrong field of every part is named at once. */
export function createParser(endpoint: Endpoint): ParseInput {
  const parts = PARTS.flatMap((part) => {
    const shape = endpoint[part]
    if (!shape) return []
    const unknownFields = endpoint.lenient || part === 'params' ? () => [] : createFieldCheck(shape, part)
    return [{ part, shape, unknownFields }]
  })
  const { body } = endpoint
  return (raw, principal) => {
    const errors: FieldError[] = []
    const parsed: Parsed = { params: undefined, query: undefined, body: undefined }
    for (const { part, shape, unknownFields } of parts) {
      const given = raw[part] ?? (part === 'body' ? undefined : {})
      if (part !== 'body') refuseTexts(given, part)
      const result = shape.safeParse(given)
      if (result.success) parsed[part] = result.data
      else errors.push(...fieldErrors(part, result.error))
      if (!Buffer.isBuffer(given)) errors.push(...unknownFields(given))
    }
    if (errors.length > 0) throw invalid(summary(errors), unique(errors))
    if (body) refuseGuarded(guardedFieldsIn(body, parsed.body, principal))
    return parsed
  }
}

/** More would only be noise, and a hostile body could make millions. */
const MOST_ERRORS = 50

function unique(errors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>()
  return errors
    .filter(({ path, message }) => {
      const key = `${path} ${message}`
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, MOST_ERRORS)
}

function summary(errors: readonly FieldError[]): string {
  const paths = [...new Set(errors.map(({ path }) => path))]
  const named = paths.slice(0, 10).join(', ') + (paths.length > 10 ? ', …' : '')
  return `${paths.length === 1 ? 'one field is' : `${paths.length} fields are`} not as expected: ${named}`
}

function refuseGuarded(fields: readonly string[]): void {
  if (fields.length === 0) return
  throw new AppError('forbidden', `you may not set ${fields.join(', ')}`, {
    errors: fields.map((field) => ({ path: `body.${field}`, message: 'needs a permission you do not hold' })),
  })
}

function refuseTexts(given: unknown, part: Part): void {
  for (const [name, value] of Object.entries(given as Record<string, unknown>))
    for (const text of Array.isArray(value) ? value : [value])
      if (typeof text === 'string') refuseText(text, `${part}.${name.slice(0, 100)}`)
}
