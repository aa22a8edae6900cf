import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../storage/index.ts'
import { COLUMNS } from './canonical.ts'
import type { Checkpoint, PublicKey } from './checkpoint.ts'

interface CheckpointRow {
  number: number
  seq: number
  row_count: number
  hash: string
  previous: string
  at: Date
  key_id: string
  signature: string
}

export interface StoredKey extends PublicKey {
  /** Sealed by secrets. */
  privateKey: string
}

/** A row waiting for its place: its number in the queue and its canonical fields without `seq`. */
export interface Waiting {
  n: number
  fields: (string | null)[]
}

/** The canonical text of each column, as PostgreSQL writes it. */
const CANONICAL: Record<string, string> = {
  at: `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
}
const canonical = COLUMNS.map((column) => CANONICAL[column] ?? column)
/** Lines of the chain as COPY writes them: the canonical fields, then the hash. */
export const chainLines = (from: number, to: number): string =>
  `copy (select ${canonical.join(', ')}, encode(hash, 'hex') from platform.audit_entry where seq between ${Math.trunc(from)} and ${Math.trunc(to)} order by seq) to stdout`
const waitingFields: RawBuilder<(string | null)[]> = sql`array[${sql.raw(
  canonical
    .slice(1)
    .map((column) => `${column}::text`)
    .join(', '),
)}]`

export function createChainStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.audit_pending': { n: number; at: Date }
    'platform.audit_entry': { seq: number; hash: Buffer }
    'platform.audit_checkpoint': CheckpointRow
    'platform.audit_key': { id: string; public_key: string; private_key: string; created_at: Date }
  }>()
  const checkpoints = () => db.selectFrom('platform.audit_checkpoint').selectAll()
  return {
    async head(): Promise<{ seq: number; hash: string } | undefined> {
      const query = db.selectFrom('platform.audit_entry').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1)
      const row = await query.executeTakeFirst()
      return row && { seq: row.seq, hash: row.hash.toString('hex') }
    },
    async hashOf(seq: number): Promise<string | undefined> {
      const row = await db.selectFrom('platform.audit_entry').select('hash').where('seq', '=', seq).executeTakeFirst()
      return row?.hash.toString('hex')
    },
    async waiting(limit: number): Promise<Waiting[]> {
      return db
        .selectFrom('platform.audit_pending')
        .select(['n', waitingFields.as('fields')])
        .orderBy('n')
        .limit(limit)
        .execute()
    },
    async waitingSince(): Promise<Date | undefined> {
      const query = db.selectFrom('platform.audit_pending').select('at').orderBy('at').limit(1)
      return (await query.executeTakeFirst())?.at
    },
    async countWaiting(): Promise<number> {
      const query = db.selectFrom('platform.audit_pending').select(({ fn }) => fn.countAll<number>().as('count'))
      return (await query.executeTakeFirstOrThrow()).count
    },
    /** What there is to do, in one look: whether acts wait, how far the chain and its last signature reach. */
    async outlook(): Promise<{ waiting: boolean; head: number; signed: number; signedAt: Date | null }> {
      const { rows } = await sql<{ waiting: boolean; head: number; signed: number; signedAt: Date | null }>`
        select exists (select from platform.audit_pending) as waiting,
          coalesce((select max(seq) from platform.audit_entry), 0) as head,
          coalesce(c.seq, 0) as signed, c.at as "signedAt"
        from (select) as one left join (
          select seq, at from platform.audit_checkpoint order by number desc limit 1
        ) as c on true`.execute(db)
      const [row] = rows
      if (!row) throw new Error('the database answered a select without from by no row')
      return row
    },
    /** Moves waiting rows into the chain. */
    async move(rows: readonly { n: number; seq: number; hash: string }[]): Promise<void> {
      await sql`select platform.audit_seal(${rows.map(({ n }) => n)}::bigint[], ${rows.map(({ seq }) => seq)}::bigint[], ${rows.map(({ hash }) => `\\x${hash}`)}::bytea[])`.execute(
        db,
      )
    },
    async lastCheckpoint(upTo = Number.MAX_SAFE_INTEGER): Promise<Checkpoint | undefined> {
      const row = await checkpoints().where('seq', '<=', upTo).orderBy('number', 'desc').limit(1).executeTakeFirst()
      return row && checkpointOf(row)
    },
    async firstCheckpointFrom(seq: number): Promise<Checkpoint | undefined> {
      const row = await checkpoints().where('seq', '>=', seq).orderBy('number').limit(1).executeTakeFirst()
      return row && checkpointOf(row)
    },
    async checkpointsAfter(number: number, { limit, upTo }: { limit: number; upTo: number }): Promise<Checkpoint[]> {
      const rows = await checkpoints()
        .where('number', '>', number)
        .where('number', '<=', upTo)
        .orderBy('number')
        .limit(limit)
        .execute()
      return rows.map(checkpointOf)
    },
    async addCheckpoint({ rowCount, keyId, at, ...checkpoint }: Checkpoint): Promise<void> {
      await db
        .insertInto('platform.audit_checkpoint')
        .values({ ...checkpoint, at: new Date(at), row_count: rowCount, key_id: keyId })
        .execute()
    },
    async keys(): Promise<StoredKey[]> {
      const rows = await db.selectFrom('platform.audit_key').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map(({ id, public_key, private_key, created_at }) => ({
        id,
        publicKey: public_key,
        privateKey: private_key,
        createdAt: created_at.toISOString(),
      }))
    },
    async addKey({ id, publicKey, privateKey, createdAt }: StoredKey): Promise<void> {
      await db
        .insertInto('platform.audit_key')
        .values({ id, public_key: publicKey, private_key: privateKey, created_at: new Date(createdAt) })
        .execute()
    },
  }
}
export type ChainStore = ReturnType<typeof createChainStore>

const checkpointOf = ({ row_count, key_id, at, ...row }: CheckpointRow): Checkpoint => ({
  ...row,
  rowCount: row_count,
  keyId: key_id,
  at: at.toISOString(),
})
