import { type FlagVersion, NewFlag } from '@bellwether/contract/platform/flags'
import type { Db } from '../storage/index.ts'

export interface StoredFlag {
  definition: NewFlag
  salt: string
  version: number
  createdAt: Date
  changedAt: Date
}
export type Change = FlagVersion['change']

export interface Kept extends Omit<StoredFlag, 'salt'> {
  change: Change
  by: string
}

interface Row {
  key: string
  salt: string
  version: number
  definition: string
  created_at: Date
  changed_at: Date
}
type VersionRow = Omit<Row, 'salt'> & { change: string; changed_by: string }

export function createFlagStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.flag': Row; 'platform.flag_version': VersionRow }>()
  return {
    async all(): Promise<StoredFlag[]> {
      return (await db.selectFrom('platform.flag').selectAll().orderBy('key').execute()).map(flagOf)
    },
    async find(key: string): Promise<StoredFlag | undefined> {
      const row = await db.selectFrom('platform.flag').selectAll().where('key', '=', key).executeTakeFirst()
      return row && flagOf(row)
    },
    /** Grows with every change of any flag. */
    async revision(): Promise<number> {
      const query = db.selectFrom('platform.flag_version').select(({ fn }) => fn.countAll<number>().as('changes'))
      return (await query.executeTakeFirstOrThrow()).changes
    },
    async latestVersion(key: string): Promise<number> {
      const query = db.selectFrom('platform.flag_version').select(({ fn }) => fn.max('version').as('version'))
      return (await query.where('key', '=', key).executeTakeFirst())?.version ?? 0
    },
    /** False when there is a flag of this key. */
    async insert(flag: StoredFlag): Promise<boolean> {
      const done = await db
        .insertInto('platform.flag')
        .values(rowOf(flag))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return done.numInsertedOrUpdatedRows === 1n
    },
    /** False when somebody else changed the flag since the version before. */
    async update(flag: StoredFlag): Promise<boolean> {
      const { key, ...row } = rowOf(flag)
      const query = db.updateTable('platform.flag').set(row).where('key', '=', key)
      return (await query.where('version', '=', flag.version - 1).executeTakeFirst()).numUpdatedRows === 1n
    },
    async remove(key: string, version: number): Promise<boolean> {
      const query = db.deleteFrom('platform.flag').where('key', '=', key).where('version', '=', version)
      return (await query.executeTakeFirst()).numDeletedRows === 1n
    },
    async keep({ change, by, ...flag }: Kept): Promise<void> {
      const { salt, ...row } = rowOf({ ...flag, salt: '' })
      await db
        .insertInto('platform.flag_version')
        .values({ ...row, change, changed_by: by })
        .execute()
    },
    /** Versions below `before`, newest first. */
    async versions(key: string, { before, limit }: { before?: string | undefined; limit: number }): Promise<Kept[]> {
      let query = db.selectFrom('platform.flag_version').selectAll().where('key', '=', key)
      if (before) query = query.where('version', '<', Number(before))
      const rows = await query.orderBy('version', 'desc').limit(limit).execute()
      return rows.map((row) => ({
        ...flagOf({ ...row, salt: '' }),
        by: row.changed_by,
        change: CHANGES.find((change) => change === row.change) ?? 'changed',
      }))
    },
  }
}

const CHANGES = ['added', 'changed', 'switched', 'removed'] as const

const flagOf = (row: Row): StoredFlag => ({
  definition: NewFlag.parse(JSON.parse(row.definition)),
  salt: row.salt,
  version: row.version,
  createdAt: row.created_at,
  changedAt: row.changed_at,
})

const rowOf = ({ definition, salt, version, createdAt, changedAt }: StoredFlag): Row => ({
  key: definition.key,
  salt,
  version,
  definition: JSON.stringify(definition),
  created_at: createdAt,
  changed_at: changedAt,
})
