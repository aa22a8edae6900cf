import { type SqlBool, sql } from 'kysely'
import type { Grant, Role } from '../../access/index.ts'
import { inDomains } from '../../paging/index.ts'
import type { Db } from '../../storage/index.ts'
import { grantsOf } from '../sessions/store.ts'

export type Status = 'invited' | 'active' | 'suspended' | 'removed'

interface Row {
  id: string
  email: string
  name: string
  status: Status
  password_hash: string | null
  preferences: Record<string, unknown>
  totp_sealed: string | null
  totp_step: number | null
  totp_since: Date | null
  joined_at: Date | null
  last_seen_at: Date | null
  created_at: Date
}
interface GrantRow {
  account_id: string
  domain: string
  role: Role
}
interface Owned {
  account_id: string
}

export interface Account {
  id: string
  email: string
  name: string
  status: Status
  passwordHash?: string | undefined
  preferences: Record<string, unknown>
  totp?: { sealed: string; since: Date } | undefined
  passkeys: number
  joinedAt?: Date | undefined
  lastSeenAt?: Date | undefined
  invitedUntil?: Date | undefined
  createdAt: Date
  grants: Grant[]
}
/** Whether a password alone is not enough to sign in. */
export const hasSecondFactor = (account: Pick<Account, 'totp' | 'passkeys'>): boolean =>
  account.totp !== undefined || account.passkeys > 0

export interface AccountChange {
  email?: string
  name?: string
  status?: Status
  passwordHash?: string
  preferences?: Record<string, unknown>
  joinedAt?: Date
  totp?: { sealed: string; since: Date; step: number } | undefined
}

export interface AccountQuery {
  domains: 'all' | readonly string[]
  search?: string | undefined
  status?: Status | undefined
  role?: Role | undefined
  after?: readonly string[] | undefined
  limit: number
}

export function createAccountStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.account': Row
    'platform.account_grant': GrantRow
    'platform.passkey': Owned
    'platform.one_time_link': Owned & { expires_at: Date; kind: string }
  }>()
  const accounts = () =>
    db
      .selectFrom('platform.account as a')
      .selectAll('a')
      .select((of) => [
        grantsOf('a.id').as('grants'),
        of
          .selectFrom('platform.passkey as p')
          .whereRef('p.account_id', '=', 'a.id')
          .select((count) => count.fn.countAll<number>().as('n'))
          .as('passkeys'),
        of
          .selectFrom('platform.one_time_link as l')
          .whereRef('l.account_id', '=', 'a.id')
          .where('l.kind', '=', 'invitation')
          .select((link) => link.fn.max('l.expires_at').as('until'))
          .as('invited_until'),
      ])
      .where('a.status', '<>', 'removed')
  return {
    async find(id: string): Promise<Account | undefined> {
      const row = await accounts().where('a.id', '=', id).executeTakeFirst()
      return row && accountOf(row)
    },
    /** Like `find`, and nobody else changes the account before this transaction ends. */
    async lock(id: string): Promise<Account | undefined> {
      const row = await accounts().where('a.id', '=', id).forUpdate('a').executeTakeFirst()
      return row && accountOf(row)
    },
    async byEmail(email: string): Promise<Account | undefined> {
      const row = await accounts().where('a.email', '=', email).executeTakeFirst()
      return row && accountOf(row)
    },
    async list({ domains, search, status, role, after, limit }: AccountQuery): Promise<Account[]> {
      let query = accounts()
      if (domains !== 'all' || role) {
        query = query.where((of) =>
          of.exists(
            of
              .selectFrom('platform.account_grant as seen')
              .whereRef('seen.account_id', '=', 'a.id')
              .where(inDomains(domains, 'seen.domain'))
              .$if(role !== undefined, (grant) => grant.where('seen.role', '=', role as Role)),
          ),
        )
      }
      if (status) query = query.where('a.status', '=', status)
      if (search) {
        const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`
        query = query.where((or) => or.or([or('a.email', 'ilike', like), or('a.name', 'ilike', like)]))
      }
      if (after) query = query.where(sql<SqlBool>`(a.email, a.id) > (${after[0]}, ${after[1]}::uuid)`)
      return (await query.orderBy('a.email').orderBy('a.id').limit(limit).execute()).map(accountOf)
    },
    /** False when the address is taken. */
    async insert(account: Pick<Account, 'id' | 'email' | 'name' | 'status' | 'createdAt'>): Promise<boolean> {
      const { createdAt, ...fields } = account
      const done = await db
        .insertInto('platform.account')
        .values({ ...EMPTY, ...fields, created_at: createdAt })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst()
      return done.numInsertedOrUpdatedRows === 1n
    },
    async change(id: string, change: AccountChange): Promise<void> {
      const { passwordHash, joinedAt, totp, ...plain } = change
      const row = {
        ...plain,
        ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
        ...(joinedAt === undefined ? {} : { joined_at: joinedAt }),
        ...('totp' in change
          ? { totp_sealed: totp?.sealed ?? null, totp_since: totp?.since ?? null, totp_step: totp?.step ?? null }
          : {}),
      }
      if (Object.keys(row).length > 0) await db.updateTable('platform.account').set(row).where('id', '=', id).execute()
    },
    /** Leaves a password alone that was changed meanwhile. */
    async rehash(id: string, { from, to }: { from: string; to: string }): Promise<void> {
      await db
        .updateTable('platform.account')
        .set({ password_hash: to })
        .where('id', '=', id)
        .where('password_hash', '=', from)
        .execute()
    },
    /** False when a code of this time step, or of a later one, was used before. */
    async useTotpStep(id: string, step: number): Promise<boolean> {
      const done = await db
        .updateTable('platform.account')
        .set({ totp_step: step })
        .where('id', '=', id)
        .where((or) => or.or([or('totp_step', 'is', null), or('totp_step', '<', step)]))
        .executeTakeFirst()
      return done.numUpdatedRows === 1n
    },
    async setGrants(id: string, grants: readonly Grant[]): Promise<void> {
      await db.deleteFrom('platform.account_grant').where('account_id', '=', id).execute()
      const rows = grants.map(({ role, domain }) => ({ account_id: id, role, domain }))
      if (rows.length > 0) await db.insertInto('platform.account_grant').values(rows).execute()
    },
    /** How many can sign in and do everything. */
    async superAdmins(): Promise<number> {
      const row = await db
        .selectFrom('platform.account as a')
        .innerJoin('platform.account_grant as g', 'g.account_id', 'a.id')
        .where('g.role', '=', 'super_admin')
        .where('a.status', '=', 'active')
        .select((count) => count.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return row.n
    },
    async anybodyJoined(): Promise<boolean> {
      const row = await db
        .selectFrom('platform.account')
        .select('id')
        .where('joined_at', 'is not', null)
        .executeTakeFirst()
      return row !== undefined
    },
    /** Takes everything personal away; the id and the grants' history elsewhere stay. */
    async erase(id: string): Promise<void> {
      await db
        .updateTable('platform.account')
        .set({ ...EMPTY, email: `removed:${id}`, name: 'Removed person', status: 'removed' })
        .where('id', '=', id)
        .execute()
      for (const table of OWNED)
        await sql`delete from ${sql.table(`platform.${table}`)} where account_id = ${id}`.execute(db)
    },
    async removeInvited(id: string): Promise<void> {
      await db.deleteFrom('platform.account').where('id', '=', id).where('status', '=', 'invited').execute()
    },
  }
}

/** Tables whose rows belong to one person and go with them. */
const OWNED = [
  'account_grant',
  'session',
  'api_key',
  'passkey',
  'recovery_code',
  'one_time_link',
  'ceremony',
  'known_device',
  'external_identity',
] as const

const EMPTY = {
  password_hash: null,
  preferences: {},
  totp_sealed: null,
  totp_step: null,
  totp_since: null,
  joined_at: null,
  last_seen_at: null,
}

const accountOf = (row: Row & { grants: Grant[]; passkeys: number | null; invited_until: Date | null }): Account => ({
  id: row.id,
  email: row.email,
  name: row.name,
  status: row.status,
  passwordHash: row.password_hash ?? undefined,
  preferences: row.preferences,
  totp: row.totp_sealed && row.totp_since ? { sealed: row.totp_sealed, since: row.totp_since } : undefined,
  passkeys: row.passkeys ?? 0,
  joinedAt: row.joined_at ?? undefined,
  lastSeenAt: row.last_seen_at ?? undefined,
  invitedUntil: row.invited_until ?? undefined,
  createdAt: row.created_at,
  grants: row.grants,
})
