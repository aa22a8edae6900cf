import { randomBytes } from 'node:crypto'
import type { Page } from '@bellwether/contract/page'
import { FlagChanged } from '@bellwether/contract/platform/events'
import type { Flag, FlagStatus, FlagVersion, NewFlag } from '@bellwether/contract/platform/flags'
import type { z } from 'zod'
import type { Principal } from '../access/index.ts'
import type { Audit } from '../audit/index.ts'
import type { Bus } from '../bus/index.ts'
import { conflict, invalid, notFound } from '../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../paging/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Flags } from './face.ts'
import { type Attributes, evaluate, KEY_MISSING, type Outcome, prepare, statusOf } from './rules.ts'
import { createSnapshot } from './snapshot.ts'
import { type Change, createFlagStore, type StoredFlag } from './store.ts'

export interface FlagsParts {
  db: Db
  bus: Pick<Bus, 'publish' | 'watch'>
  audit: Pick<Audit, 'record'>
  log: Log
  now: () => Date
}

export interface FlagList {
  limit: number
  cursor?: string | undefined
  text?: string | undefined
  status?: z.output<typeof FlagStatus> | undefined
}

const CURSOR_KEY = /^[A-Za-z0-9._-]{1,100}$/
const changedMeanwhile = () => conflict('somebody changed this flag meanwhile; read it again and repeat your change')

/** What the room's own routes use beyond the face. */
export type FlagRoom = ReturnType<typeof createFlags>

export function createFlags({ db, bus, audit, log, now }: FlagsParts) {
  const store = createFlagStore(db)
  const snapshot = createSnapshot({ db, bus, log, now })

  async function existing(key: string): Promise<StoredFlag> {
    const found = await store.find(key)
    if (!found) throw notFound(`the flag ${key}`)
    return found
  }

  /** Writes a change with its version, its act and its fact; then this process knows it too. */
  async function commit(
    { change, before, after, by }: { change: Change; before?: StoredFlag; after?: StoredFlag; by: Principal },
    write: (tx: ReturnType<typeof createFlagStore>) => Promise<boolean>,
  ): Promise<void> {
    const flag = after ?? before
    if (!flag) throw new Error('a change is of something')
    const { key, on } = flag.definition
    await db.transaction().execute(async (tx) => {
      const inside = createFlagStore(tx)
      if (!(await write(inside))) throw changedMeanwhile()
      const version = change === 'removed' ? flag.version + 1 : flag.version
      await inside.keep({ ...flag, version, changedAt: now(), change, by: by.name })
      await audit.record(tx, {
        action: `flag.${change}`,
        object: { type: 'flag', id: key },
        before: before?.definition,
        after: after?.definition,
      })
      await bus.publish(tx, FlagChanged, { key, data: { key, version, on: change !== 'removed' && on, change } })
    })
    await snapshot.refresh()
  }

  async function replace(
    before: StoredFlag,
    { definition, change, by }: { definition: NewFlag; change: Change; by: Principal },
  ): Promise<Flag> {
    const after = { ...before, definition, version: before.version + 1, changedAt: now() }
    await commit({ change, before, after, by }, (tx) => tx.update(after))
    return flagOf(after, now())
  }

  function outcomeOf(key: string, context: Attributes): Outcome | undefined {
    const ready = snapshot.find(key)
    const outcome = ready && evaluate(ready, context, now().getTime())
    return outcome === KEY_MISSING ? undefined : outcome
  }

  return {
    async isOn(key, context, otherwise) {
      const value = outcomeOf(key, context)?.variant?.value
      return typeof value === 'boolean' ? value : otherwise
    },
    async variant(key, context, otherwise) {
      return outcomeOf(key, context)?.variant?.name ?? otherwise
    },
    start: snapshot.start,
    snapshot,

    async list({ limit, cursor, text, status }: FlagList): Promise<Page<Flag>> {
      const [after = ''] = readCursor(cursor, [CURSOR_KEY]) ?? []
      const wanted = text?.toLowerCase()
      const flags = (await store.all())
        .map((flag) => flagOf(flag, now()))
        .filter((flag) => flag.key > after && (status === undefined || flag.status === status))
        .filter(
          ({ key, description, owner }) => !wanted || `${key}\n${description}\n${owner}`.toLowerCase().includes(wanted),
        )
        .sort((a, b) => (a.key < b.key ? -1 : 1)) // as the cursor compares, whatever the collation of the database
      return pageOf(flags.slice(0, limit + 1), limit, (last) => [last.key])
    },
    show: async (key: string): Promise<Flag> => flagOf(await existing(key), now()),
    async versions(
      key: string,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<FlagVersion>> {
      const [before] = readCursor(cursor, [CURSOR.number]) ?? []
      const kept = await store.versions(key, { before, limit: limit + 1 })
      if (kept.length === 0 && before === undefined) throw notFound(`the flag ${key}`)
      const versions = kept.map(({ change, by, ...flag }) => ({
        version: flag.version,
        at: flag.changedAt.toISOString(),
        by,
        change,
        flag: flagOf({ ...flag, salt: '' }, now()),
      }))
      return pageOf(versions, limit, (last) => [String(last.version)])
    },
    async add(definition: NewFlag, by: Principal): Promise<Flag> {
      const at = now()
      const version = (await store.latestVersion(definition.key)) + 1
      const after = { definition, salt: randomBytes(12).toString('base64url'), version, createdAt: at, changedAt: at }
      if (await store.find(definition.key)) throw conflict(`there is a flag ${definition.key} already`)
      await commit({ change: 'added', after, by }, (tx) => tx.insert(after))
      return flagOf(after, at)
    },
    async change(
      { key, definition, seen }: { key: string; definition: NewFlag; seen?: number | undefined },
      by: Principal,
    ): Promise<Flag> {
      if (definition.key !== key)
        throw invalid('a flag keeps its key', [
          { path: 'body.key', message: `must be ${key}; add another flag instead` },
        ])
      const before = await existing(key)
      if (seen !== undefined && seen !== before.version) throw changedMeanwhile()
      return replace(before, { definition, change: 'changed', by })
    },
    async switch(key: string, on: boolean, by: Principal): Promise<Flag> {
      const before = await existing(key)
      if (before.definition.on === on) return flagOf(before, now())
      return replace(before, { definition: { ...before.definition, on }, change: 'switched', by })
    },
    async remove(key: string, by: Principal): Promise<void> {
      const before = await existing(key)
      await commit({ change: 'removed', before, by }, (tx) => tx.remove(key, before.version))
    },
    async tryOut(key: string, context: Attributes) {
      const { definition, salt } = await existing(key)
      const outcome = evaluate(prepare(definition, salt), context, now().getTime())
      if (outcome === KEY_MISSING)
        throw invalid('a percentage is decided by the targeting key', [
          { path: 'body.context.targetingKey', message: 'must say who asks' },
        ])
      return outcome
    },
  } satisfies Flags & Record<string, unknown>
}

const flagOf = ({ definition, version, createdAt, changedAt }: StoredFlag, now: Date): Flag => ({
  ...definition,
  status: statusOf(prepare(definition, ''), now.getTime()),
  version,
  createdAt: createdAt.toISOString(),
  changedAt: changedAt.toISOString(),
})
