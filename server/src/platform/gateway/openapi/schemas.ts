import { z } from 'zod'

export type Json = { [key: string]: unknown }

/** Collects the shapes that refer to themselves or to each other, under names of the whole document. */
export function createSchemas() {
  const named: Record<string, Json> = {}

  /** The shape as JSON Schema 2020-12; references lead into `#/components/schemas`. */
  function schemaOf(shape: z.ZodType, io: 'input' | 'output', name: string): Json {
    const { $schema: _, $defs = {}, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' }) as Json
    const into = (key: string) => `${name}${key === '' ? '' : `_${key.replace(/\W/g, '')}`}`
    const rename = (ref: string) => `#/components/schemas/${ref === '#' ? into('') : into(ref.replace('#/$defs/', ''))}`
    for (const [key, held] of Object.entries($defs as Record<string, Json>))
      named[into(key)] = withReferences(held, rename) as Json
    const own = withReferences(schema, rename) as Json
    if (!JSON.stringify(own).includes(`"#/components/schemas/${into('')}"`)) return own
    named[into('')] = own
    return { $ref: `#/components/schemas/${into('')}` }
  }
  return { named, schemaOf }
}
export type Schemas = ReturnType<typeof createSchemas>

function withReferences(value: unknown, rename: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === '$ref' && typeof held === 'string' ? rename(held) : withReferences(held, rename),
    ]),
  )
}
