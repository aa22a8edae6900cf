import { crc32 } from 'node:zlib'
import type { EventType } from '@bellwether/contract/event'
import { invalid } from '../errors/index.ts'
import { currentContext, currentTraceparent } from '../telemetry/index.ts'
import type { NewFact } from './face.ts'
import type { OutboxRow } from './log/store.ts'

/** A key belongs to one of these for good; a lane of a group is a share of them. */
export const SLOTS = 256
const LONGEST_KEY = 512
/** Facts of one outbox row; larger calls become several. */
const CHUNK = 1000

interface Parts {
  now: () => Date
  newId: () => string
}

/** Outbox rows of facts, checked by their type's schema; what the schema does not name is left out. */
export function outboxRows<E extends EventType>(type: E, facts: readonly NewFact<E>[], parts: Parts): OutboxRow[] {
  const rows: OutboxRow[] = []
  for (let start = 0; start < facts.length; start += CHUNK)
    rows.push(outboxRow(type, facts.slice(start, start + CHUNK), parts))
  return rows
}

function outboxRow<E extends EventType>(type: E, facts: readonly NewFact<E>[], { now, newId }: Parts): OutboxRow {
  const context = currentContext()
  const keys = facts.map(({ key }) => keyOf(type, key))
  return {
    type: type.type,
    version: type.version,
    source: `/bellwether/${type.type.split('.', 1)[0]}`,
    time: now(),
    correlation_id: context?.correlationId ?? null,
    traceparent: currentTraceparent() ?? null,
    count: facts.length,
    ids: facts.map(() => newId()),
    keys,
    slots: keys.map(slotOf),
    subjects: facts.map(({ subject }) => (subject === undefined ? null : storable(subject))),
    data: JSON.stringify(facts.map((fact) => checked(type, fact.data))),
  }
}

export const slotOf = (key: string): number => crc32(key) % SLOTS

/** PostgreSQL's text cannot hold NUL; the character that stands for what cannot be shown takes its place. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD')

function keyOf(type: EventType, key: string): string {
  if (key.length > 0 && key.length <= LONGEST_KEY) return storable(key)
  throw invalid(`the key of a fact of ${type.type} must have 1 to ${LONGEST_KEY} characters, it has ${key.length}`)
}

/** The data as the schema reads it. A wrong fact is a mistake in the program: it says where, never what was in it. */
function checked(type: EventType, data: unknown): unknown {
  const result = type.data.safeParse(data)
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path, code }) => `${path.join('.') || 'data'}: ${code}`)
  throw new TypeError(`a fact of ${type.type} version ${type.version} is not as its schema says (${wrong.join(', ')})`)
}
