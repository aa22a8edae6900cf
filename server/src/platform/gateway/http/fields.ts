import { z } from 'zod'
import { nearest } from '../../config/index.ts'
import type { FieldError } from '../../errors/index.ts'

/** The part of JSON Schema that says which fields an object may have. */
interface Node {
  $ref?: string
  $defs?: Record<string, Node>
  type?: string | string[]
  properties?: Record<string, Node>
  additionalProperties?: boolean | Node
  patternProperties?: Record<string, Node>
  items?: Node | boolean
  prefixItems?: Node[]
  anyOf?: Node[]
  oneOf?: Node[]
  allOf?: Node[]
}

/** Finds the fields of a value that a shape does not know, each with the name probably meant. */
export function createFieldCheck(shape: z.ZodType, part: string): (value: unknown) => FieldError[] {
  const root = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Node
  const plain = plainNames(root)
  return (value) => {
    if (plain && isPlain(value, plain)) return NONE
    const errors: FieldError[] = []
    visit({ nodes: [root], value, path: part }, root, errors)
    return errors
  }
}

const NONE: FieldError[] = []

/** Field names of a shape that is one simple object, as nearly all queries and most bodies are. */
function plainNames({ type, properties, additionalProperties, patternProperties }: Node): Set<string> | undefined {
  const isSimple = type === 'object' && properties && !additionalProperties && !patternProperties
  return isSimple ? new Set(Object.keys(properties)) : undefined
}

/** Whether a value holds known fields only and nothing inside them, so that there is nothing to look for. */
function isPlain(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  for (const [name, held] of Object.entries(value))
    if (!names.has(name) || (typeof held === 'object' && held !== null)) return false
  return true
}

interface Spot {
  nodes: Node[]
  value: unknown
  path: string
}

function visit({ nodes, value, path }: Spot, root: Node, errors: FieldError[]): void {
  if (typeof value !== 'object' || value === null || nodes.length === 0) return
  const branches = nodes.flatMap((node) => flatten(node, root))
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      const inside = branches.flatMap(({ prefixItems, items }) => prefixItems?.[index] ?? (isNode(items) ? items : []))
      visit({ nodes: inside, value: item, path: `${path}.${index}` }, root, errors)
    })
    return
  }
  const objects = branches.filter(mayBeObject)
  const isOpen = objects.length === 0 || objects.some(takesAnyName)
  const known = objects.flatMap(({ properties = {} }) => Object.keys(properties))
  for (const [key, held] of Object.entries(value)) {
    const inside = objects.flatMap((node) => fieldNodes(node, key))
    if (inside.length === 0 && !isOpen)
      errors.push({
        path: `${path}.${key.slice(0, 100)}`,
        message: known.length > 0 ? `is not known; did you mean ${nearest(key.slice(0, 100), known)}?` : 'is not known',
      })
    visit({ nodes: inside, value: held, path: `${path}.${key}` }, root, errors)
  }
}

function fieldNodes({ properties = {}, additionalProperties }: Node, key: string): Node[] {
  const named = Object.hasOwn(properties, key) ? properties[key] : undefined
  if (named) return [named]
  return isNode(additionalProperties) ? [additionalProperties] : []
}

const isNode = (node: Node | boolean | undefined): node is Node => typeof node === 'object'
const mayBeObject = ({ type }: Node): boolean =>
  type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'))
const takesAnyName = ({ properties, additionalProperties, patternProperties }: Node): boolean =>
  properties === undefined || Boolean(additionalProperties) || patternProperties !== undefined

/** A node without references and alternatives; those of all branches count as known. */
function flatten(node: Node, root: Node, seen: Node[] = []): Node[] {
  if (seen.includes(node)) return []
  const on = [...seen, node]
  if (node.$ref !== undefined) {
    const target = node.$ref === '#' ? root : root.$defs?.[node.$ref.replace('#/$defs/', '')]
    return target ? flatten(target, root, on) : []
  }
  const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]
  return parts.length > 0 ? parts.flatMap((part) => flatten(part, root, on)) : [node]
}
