import { type SqlBool, sql } from 'kysely'
import type { Grant } from '../../access/index.ts'
import type { Db } from '../../storage/index.ts'

export type Client = 'browser' | 'client'
export type Method = 'password' | 'passkey' | 'oidc' | 'link'

interface SessionRow {
  id: string
  account_id: string
  client: Client
  method: Method
  user_agent: string
  ip: string
  created_at: Date
  last_seen_at: Date
  confirmed_at: Date | null
  expires_at: Date
  revoked_at: Date | null
  revoked_why: string | null
}
interface TokenRow {
  hash: Buffer
  session_id: string
  expires_at: Date
  used_at: Date | null
  salt: Buffer | null
}
interface AccountRow {
  id: string
  name: string
  status: string
  last_seen_at: Date | null
}

export interface Session {
  id: string
  accountId: string
  client: Client
  method: Method
  userAgent: string
  ip: string
  createdAt: Date
  lastSeenAt: Date
  confirmedAt?: Date | undefined
  expiresAt: Date
}

export interface RefreshToken {
  hash: Buffer
  sessionId: string
  expiresAt: Date
  usedAt?: Date | undefined
  salt?: Buffer | undefined
}

/** What a session lets its holder do at this moment. */
export interface Standing {
  accountId: string
  name: string
  grants: Grant[]
  confirmedAt?: Date | undefined
  expiresAt: Date
}

export function createSessionStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.session': SessionRow
    'platform.refresh_token': TokenRow
    'platform.account': AccountRow
  }>()
  const active = (now: Date) =>
    db.selectFrom('platform.session').where('revoked_at', 'is', null).where('expires_at', '>', now)
  return {
    async insert(session: Session): Promise<void> {
      await db.insertInto('platform.session').values(rowOf(session)).execute()
    },
    async find(id: string, now: Date): Promise<Session | undefined> {
      const row = await active(now).selectAll().where('id', '=', id).executeTakeFirst()
      return row && sessionOf(row)
    },
    async list(query: {
      accountId: string
      now: Date
      after?: readonly string[] | undefined
      limit: number
    }): Promise<Session[]> {
      let rows = active(query.now).selectAll().where('account_id', '=', query.accountId)
      const [at, id] = query.after ?? []
      if (at && id) rows = rows.where(sql<SqlBool>`(last_seen_at, id) < (${at}::timestamptz, ${id}::uuid)`)
      return (await rows.orderBy('last_seen_at', 'desc').orderBy('id', 'desc').limit(query.limit).execute()).map(
        sessionOf,
      )
    },
    /** The sessions beyond the `most` that were used last. */
    async surplus(accountId: string, { most, now }: { most: number; now: Date }): Promise<string[]> {
      const rows = await active(now)
        .select('id')
        .where('account_id', '=', accountId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('id', 'desc')
        .offset(most)
        .execute()
      return rows.map(({ id }) => id)
    },
    async standing(id: string, now: Date): Promise<Standing | undefined> {
      const row = await db
        .selectFrom('platform.session as s')
        .innerJoin('platform.account as a', 'a.id', 's.account_id')
        .select(['a.id', 'a.name', 's.confirmed_at', 's.expires_at', grantsOf('a.id').as('grants')])
        .where('s.id', '=', id)
        .where('s.revoked_at', 'is', null)
        .where('s.expires_at', '>', now)
        .where('a.status', '=', 'active')
        .executeTakeFirst()
      return (
        row && {
          accountId: row.id,
          name: row.name,
          grants: row.grants,
          confirmedAt: row.confirmed_at ?? undefined,
          expiresAt: row.expires_at,
        }
      )
    },
    async renew(id: string, seen: Pick<Session, 'userAgent' | 'ip' | 'lastSeenAt' | 'expiresAt'>): Promise<void> {
      await db
        .updateTable('platform.session')
        .set({ user_agent: seen.userAgent, ip: seen.ip, last_seen_at: seen.lastSeenAt, expires_at: seen.expiresAt })
        .where('id', '=', id)
        .execute()
    },
    async confirm(id: string, at: Date): Promise<void> {
      await db.updateTable('platform.session').set({ confirmed_at: at }).where('id', '=', id).execute()
    },
    /** Ends sessions of one account and answers which; `only` and `but` narrow it down. */
    async revoke({ accountId, only, but, why, at }: Revocation): Promise<string[]> {
      let update = db
        .updateTable('platform.session')
        .set({ revoked_at: at, revoked_why: why })
        .where('account_id', '=', accountId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', at)
      if (only) update = update.where('id', '=', only)
      if (but) update = update.where('id', '<>', but)
      return (await update.returning('id').execute()).map(({ id }) => id)
    },
    /** Writes many sightings in one statement; a sighting never moves backwards. */
    async seen(sightings: ReadonlyMap<string, Date>): Promise<void> {
      await sql`
        with sighting as (
          select * from unnest(${[...sightings.keys()]}::uuid[], ${[...sightings.values()]}::timestamptz[]) as s (id, at)
        ), touched as (
          update platform.session t set last_seen_at = greatest(t.last_seen_at, s.at)
          from sighting s where t.id = s.id returning t.account_id, t.last_seen_at
        )
        update platform.account a set last_seen_at = greatest(a.last_seen_at, t.at)
        from (select account_id, max(last_seen_at) as at from touched group by account_id) t
        where a.id = t.account_id`.execute(db)
    },
    async insertToken({ hash, sessionId, expiresAt }: RefreshToken): Promise<void> {
      const row = { hash, session_id: sessionId, expires_at: expiresAt, used_at: null, salt: null }
      await db.insertInto('platform.refresh_token').values(row).execute()
    },
    /** Locks the token's row: of many who bring it at once, one uses it and the others see it used. */
    async lockToken(hash: Buffer): Promise<RefreshToken | undefined> {
      const row = await db
        .selectFrom('platform.refresh_token')
        .selectAll()
        .where('hash', '=', hash)
        .forUpdate()
        .executeTakeFirst()
      return (
        row && {
          hash: row.hash,
          sessionId: row.session_id,
          expiresAt: row.expires_at,
          usedAt: row.used_at ?? undefined,
          salt: row.salt ?? undefined,
        }
      )
    },
    async useToken(hash: Buffer, { usedAt, salt }: { usedAt: Date; salt: Buffer }): Promise<void> {
      await db.updateTable('platform.refresh_token').set({ used_at: usedAt, salt }).where('hash', '=', hash).execute()
    },
    /** Forgets what is of no use any more. */
    async tidy({ now, graceEnd, ended }: { now: Date; graceEnd: Date; ended: Date }): Promise<void> {
      await db.updateTable('platform.refresh_token').set({ salt: null }).where('used_at', '<', graceEnd).execute()
      await db.deleteFrom('platform.refresh_token').where('expires_at', '<', now).execute()
      await db
        .deleteFrom('platform.session')
        .where((or) => or.or([or('expires_at', '<', ended), or('revoked_at', '<', ended)]))
        .execute()
    },
  }
}

export type RevokeWhy =
  | 'signed_out'
  | 'revoked'
  | 'reuse'
  | 'password_changed'
  | 'suspended'
  | 'removed'
  | 'factor_changed'
export interface Revocation {
  accountId: string
  only?: string | undefined
  but?: string | undefined
  why: RevokeWhy
  at: Date
}

/** The grants of an account as one column. */
export const grantsOf = (account: string) => sql<Grant[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'domain', g.domain) order by g.domain), '[]')
  from platform.account_grant g where g.account_id = ${sql.ref(account)})`

const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  accountId: row.account_id,
  client: row.client,
  method: row.method,
  userAgent: row.user_agent,
  ip: row.ip,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  confirmedAt: row.confirmed_at ?? undefined,
  expiresAt: row.expires_at,
})

const rowOf = (session: Session): SessionRow => ({
  id: session.id,
  account_id: session.accountId,
  client: session.client,
  method: session.method,
  user_agent: session.userAgent,
  ip: session.ip,
  created_at: session.createdAt,
  last_seen_at: session.lastSeenAt,
  confirmed_at: session.confirmedAt ?? null,
  expires_at: session.expiresAt,
  revoked_at: null,
  revoked_why: null,
})
