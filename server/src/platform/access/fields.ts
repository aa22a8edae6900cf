import type { Permission } from '@bellwether/contract/endpoint'
import { z } from 'zod'
import { allows, type Principal } from './principal.ts'

/**
 * Fields of a shape may state a permission: `z.string().optional().meta({ can: 'user:admin' })`. Where the object that
 * holds the field names a `domain`, the permission must hold there.
 */

/** The value without the fields the principal may not see. Guarded fields should be optional in an answer's shape. */
export function maskFields<T>(schema: z.ZodType, value: T, principal: Principal): T {
  if (!holdsGuards(schema)) return value
  return walk({ schema, value, path: [] }, { principal, refused: [] }) as T
}

/** Paths of the fields present in the value that the principal may not set. */
export function guardedFieldsIn(schema: z.ZodType, value: unknown, principal: Principal): string[] {
  if (!holdsGuards(schema)) return []
  const refused: string[] = []
  walk({ schema, value, path: [] }, { principal, refused })
  return refused
}

interface Spot {
  schema: z.ZodType
  value: unknown
  path: readonly string[]
}
interface Visit {
  principal: Principal
  refused: string[]
}

/** What wrappers, unions and pipes of a shape may stand for; a guard on any of them counts. */
interface Layers {
  all: z.ZodType[]
  objects: z.ZodObject[]
  items: z.ZodType[]
  values: z.ZodType[]
}

function walk({ schema, value, path }: Spot, visit: Visit): unknown {
  const { objects, items, values } = layersOf(schema)
  if (Array.isArray(value)) {
    return items.reduce<unknown[]>(
      (list, item) =>
        list.map((entry, index) => walk({ schema: item, value: entry, path: [...path, `${index}`] }, visit)),
      value,
    )
  }
  if (!isRecord(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) {
    const shapes = [
      ...objects.flatMap(({ shape }) => (Object.hasOwn(shape, key) ? [shape[key] as z.ZodType] : [])),
      ...values,
    ]
    const at = [...path, key]
    if (entry !== undefined && !mayUse(shapes, value, visit.principal)) visit.refused.push(at.join('.'))
    else kept[key] = shapes.reduce((current, shape) => walk({ schema: shape, value: current, path: at }, visit), entry)
  }
  return kept
}

function mayUse(shapes: readonly z.ZodType[], holder: Record<string, unknown>, principal: Principal): boolean {
  const domain = typeof holder.domain === 'string' ? holder.domain : undefined
  return shapes.flatMap(guardsOf).every((permission) => allows(principal, permission, domain))
}

const guardsOf = (schema: z.ZodType): Permission[] =>
  layersOf(schema).all.flatMap((layer) => {
    const can = layer.meta()?.can
    return typeof can === 'string' ? [can as Permission] : []
  })

const known = new WeakMap<z.ZodType, Layers>()

function layersOf(schema: z.ZodType): Layers {
  const before = known.get(schema)
  if (before) return before
  const layers: Layers = { all: [], objects: [], items: [], values: [] }
  const open = [schema]
  for (let layer = open.pop(); layer; layer = open.pop()) {
    if (layers.all.includes(layer)) continue
    layers.all.push(layer)
    open.push(...inside(layer))
    if (layer instanceof z.ZodObject) layers.objects.push(layer)
    if (layer instanceof z.ZodArray) layers.items.push(layer.element as z.ZodType)
    if (layer instanceof z.ZodTuple) layers.items.push(...(layer.def.items as z.ZodType[]))
    if (layer instanceof z.ZodRecord) layers.values.push(layer.valueType as z.ZodType)
  }
  known.set(schema, layers)
  return layers
}

function inside(layer: z.ZodType): z.ZodType[] {
  if (layer instanceof z.ZodPipe) return [layer.in as z.ZodType, layer.out as z.ZodType]
  if (layer instanceof z.ZodUnion) return layer.options as z.ZodType[]
  if (layer instanceof z.ZodIntersection) return [layer.def.left as z.ZodType, layer.def.right as z.ZodType]
  if (layer instanceof z.ZodLazy) return [layer.unwrap() as z.ZodType]
  const { innerType } = layer.def as { innerType?: z.ZodType }
  return innerType ? [innerType] : []
}

const guarded = new WeakMap<z.ZodType, boolean>()

/** Whether any field of the shape is guarded at all: most are not, and then nothing is walked. */
function holdsGuards(schema: z.ZodType): boolean {
  const before = guarded.get(schema)
  if (before !== undefined) return before
  const seen = new Set<z.ZodType>()
  const open = [schema]
  let found = false
  for (let next = open.pop(); next && !found; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const { objects, items, values } = layersOf(next)
    const fields = [...objects.flatMap(({ shape }) => Object.values(shape) as z.ZodType[]), ...items, ...values]
    found = fields.some((field) => guardsOf(field).length > 0)
    open.push(...fields)
  }
  guarded.set(schema, found)
  return found
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))
