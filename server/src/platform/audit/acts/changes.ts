import type { AuditChange } from '@bellwether/contract/platform/audit'
import { MASK, maskText, namesSecret } from './masks.ts'

const DEEPEST = 8
/** Characters of one value, and changes of one act, that are kept. */
const LONGEST_TEXT = 4_000
const MOST_CHANGES = 400
const LONGEST_VALUE = 16_000

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Side = Json | undefined

/** What differs between two states of an object, field by field; secrets are masked, not left out, so that a change of one shows. */
export function changesOf(before: unknown, after: unknown): AuditChange[] {
  const changes: AuditChange[] = []
  compare({ path: '', before: plain(before), after: plain(after), secret: false, depth: 0 }, changes)
  if (changes.length <= MOST_CHANGES) return changes
  return [...changes.slice(0, MOST_CHANGES), { path: '…', after: `${changes.length - MOST_CHANGES} more changes` }]
}

interface Pair {
  path: string
  before: Side
  after: Side
  secret: boolean
  depth: number
}

function compare({ path, before, after, secret, depth }: Pair, changes: AuditChange[]): void {
  const [old, young] = [fieldsOf(before), fieldsOf(after)]
  const bothFields = (old || before === undefined) && (young || after === undefined) && (old || young)
  if (bothFields && !secret && depth < DEEPEST) {
    for (const name of new Set([...Object.keys(old ?? {}), ...Object.keys(young ?? {})]))
      compare(
        {
          path: path ? `${path}.${name}` : name,
          before: own(old, name),
          after: own(young, name),
          secret: namesSecret(name),
          depth: depth + 1,
        },
        changes,
      )
    return
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return
  changes.push({ path, ...side('before', before, secret), ...side('after', after, secret) })
}

const side = (name: 'before' | 'after', value: Side, secret: boolean) =>
  value === undefined ? {} : { [name]: secret ? MASK : shortened(masked(value)) }

const fieldsOf = (value: Side): { [key: string]: Json } | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
const own = (fields: { [key: string]: Json } | undefined, name: string): Side =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined

function masked(value: Json): Json {
  if (typeof value === 'string') {
    const text = maskText(value)
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)` : text
  }
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [maskText(name), namesSecret(name) ? MASK : masked(inner)]),
  )
}

function shortened(value: Json): Json {
  const length = JSON.stringify(value).length
  return length > LONGEST_VALUE ? `[${length} characters left out]` : value
}

/** As it would travel: dates as text, big integers as text, bytes only as their number. */
function plain(value: unknown): Side {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, json: unknown) {
    const raw = this[key]
    if (ArrayBuffer.isView(raw)) return `[${raw.byteLength} bytes]`
    return typeof json === 'bigint' ? String(json) : json
  }) as string | undefined
  return text === undefined ? undefined : (JSON.parse(text) as Json)
}
