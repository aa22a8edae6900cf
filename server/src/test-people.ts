// People made on demand: a real account, a real session, a real access token, or a real API key.
import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Principal } from './platform/access/index.ts'
import type { Platform } from './platform/index.ts'

/** Tokens are minted anew after this long by the app's own clock. */
const FRESH = 10 * 60_000

/** Answers what to put after `Bearer` so that the app takes the caller for `as`. */
export function createPeople({ identity, pool, now, newId }: Pick<Platform, 'identity' | 'pool' | 'now' | 'newId'>) {
  const credentials = new Map<string, { made: Date; credential: Promise<string> }>()

  async function credentialOf(as: Principal): Promise<string> {
    const accountId = await account(pool, as, { now, newId })
    if (as.kind === 'key') return key(pool, as, { accountId, now: now(), id: as.keyId ?? newId() })
    const sessionId = as.sessionId ?? newId()
    await pool.query(
      `insert into platform.session (id, account_id, client, method, user_agent, ip, created_at, last_seen_at, confirmed_at, expires_at)
       values ($1, $2, 'client', 'password', 'test', '127.0.0.1', $3, $3, $4, $5) on conflict do nothing`,
      [sessionId, accountId, now(), as.confirmedAt ?? null, new Date(now().getTime() + 7 * 86_400_000)],
    )
    return identity.tokens.mint({ accountId, sessionId })
  }

  return function credentialFor(as: Principal): Promise<string> {
    const who = JSON.stringify([as.kind, as.id, as.name, as.grants, as.scopes, as.confirmedAt, as.sessionId])
    const known = credentials.get(who)
    if (known && now().getTime() - known.made.getTime() < FRESH) return known.credential
    const credential = credentialOf(as)
    credentials.set(who, { made: now(), credential })
    return credential
  }
}

/** The account of that id, or another one when that id is taken by somebody with other grants. */
async function account(
  pool: pg.Pool,
  { id, name, grants }: Principal,
  { now, newId }: Pick<Platform, 'now' | 'newId'>,
): Promise<string> {
  const sorted = JSON.stringify([...grants].map(({ role, domain }) => ({ role, domain })))
  const add = (own: string) =>
    pool.query(
      `insert into platform.account (id, email, name, status, joined_at, created_at)
       values ($1::uuid, $1::text || '@people.example', $2, 'active', $3, $3) on conflict do nothing`,
      [own, name, now()],
    )
  const { rowCount } = await add(id)
  const { rows } = await pool.query<{ grants: unknown }>(
    `select coalesce(jsonb_agg(jsonb_build_object('role', role, 'domain', domain)), '[]') as grants
     from platform.account_grant where account_id = $1`,
    [id],
  )
  if (!rowCount && JSON.stringify(rows[0]?.grants) === sorted) return id
  const own = rowCount ? id : newId()
  if (own !== id) await add(own)
  await pool.query(
    'insert into platform.account_grant (account_id, role, domain) select $1, r, d from unnest($2::text[], $3::text[]) as g (r, d)',
    [own, grants.map(({ role }) => role), grants.map(({ domain }) => domain)],
  )
  return own
}

async function key(
  pool: pg.Pool,
  { name, scopes = [] }: Principal,
  { accountId, now, id }: { accountId: string; now: Date; id: string },
): Promise<string> {
  const prefix = randomBytes(6).toString('hex')
  const text = `bw_${prefix}_${randomBytes(32).toString('base64url')}`
  await pool.query(
    'insert into platform.api_key (id, account_id, name, prefix, hash, scopes, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, accountId, name, prefix, createHash('sha256').update(text).digest(), scopes, now],
  )
  return text
}
