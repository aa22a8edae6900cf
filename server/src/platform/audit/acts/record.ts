import type { Db } from '../../storage/index.ts'
import { currentContext } from '../../telemetry/index.ts'
import type { Act } from '../face.ts'
import { changesOf } from './changes.ts'
import { createAuditStore } from './store.ts'

/** Acts outside any piece of work are the program's own. */
const NOBODY = { kind: 'system', id: 'system:program', name: 'the program' } as const
const LONGEST_NAME = 500

export interface RecordParts {
  now: () => Date
  newId: () => string
}

/** Writes an act down with who does it and from where, in the transaction that does it. */
export async function recordAct(
  tx: Db,
  { action, object, before, after }: Act,
  { now, newId }: RecordParts,
): Promise<void> {
  const context = currentContext()
  const actor = context?.principal ?? NOBODY
  const origin = context?.origin
  await createAuditStore(tx).insert({
    id: newId(),
    at: now(),
    actor_kind: actor.kind,
    actor_id: storable(actor.id),
    actor_name: storable(actor.name),
    action: storable(action),
    object_type: storable(object.type),
    object_id: storable(object.id),
    domain: object.domain === undefined ? null : storable(object.domain),
    ip: origin ? storable(origin.ip) : null,
    user_agent: origin ? storable(origin.userAgent) : null,
    request_id: origin ? storable(origin.requestId) : null,
    correlation_id: context ? storable(context.correlationId) : null,
    changes: JSON.stringify(changesOf(before, after)),
  })
}

/** PostgreSQL holds neither NUL nor half a surrogate pair; an act is never refused for what a client sent as its name. */
const storable = (text: string): string => text.slice(0, LONGEST_NAME).replaceAll('\0', '\uFFFD').toWellFormed()
