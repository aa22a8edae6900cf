import type { Page } from '@bellwether/contract/page'
import { SessionRevoked } from '@bellwether/contract/platform/events'
import type * as wire from '@bellwether/contract/platform/session'
import type { Principal } from '../../access/index.ts'
import { notFound, unauthenticated } from '../../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../../paging/index.ts'
import type { Db } from '../../storage/index.ts'
import { asPerson } from '../acting.ts'
import { DAY, type IdentityParts, later } from '../face.ts'
import { createMemory } from '../memory.ts'
import type { AccessTokens } from '../tokens/access-tokens.ts'
import { createRotation, type Device, endOf, GRACE } from './refresh.ts'
import { hashOf } from './secrets.ts'
import { createSessionStore, type Method, type Revocation, type Session } from './store.ts'

/** A program that signs in again and again must not fill the table; the sessions longest unused go first. */
const MOST_SESSIONS = 100

export interface Opened {
  session: Session
  refreshToken: string
}
export interface Tokens {
  accessToken: string
  refreshToken: string
}

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'now' | 'newId'> {
  tokens: AccessTokens
}

export function createSessions({ db, audit, bus, now, newId, tokens }: Parts) {
  const store = createSessionStore(db)
  const rotation = createRotation({ now })
  const memory = createMemory({ now, load: (id) => store.standing(id, now()) })
  let sightings = new Map<string, Date>()

  async function open(tx: Db, { account, method, device, confirmedAt }: NewSession): Promise<Opened> {
    const at = now()
    const session: Session = {
      id: newId(),
      accountId: account.id,
      method,
      ...device,
      createdAt: at,
      lastSeenAt: at,
      confirmedAt,
      expiresAt: endOf(at, at),
    }
    const inTx = createSessionStore(tx)
    await inTx.insert(session)
    await inTx.seen(new Map([[session.id, at]]))
    await asPerson({ id: account.id, name: account.name, sessionId: session.id }, () =>
      audit.record(tx, {
        action: 'session.open',
        object: { type: 'session', id: session.id },
        after: { method, client: device.client },
      }),
    )
    for (const only of await inTx.surplus(account.id, { most: MOST_SESSIONS, now: at }))
      await revoke(tx, { accountId: account.id, only, why: 'revoked' })
    return { session, refreshToken: await rotation.first(inTx, session) }
  }

  async function revoke(tx: Db, which: Omit<Revocation, 'at'>): Promise<number> {
    const ended = await createSessionStore(tx).revoke({ ...which, at: now() })
    for (const id of ended) {
      await audit.record(tx, {
        action: 'session.revoke',
        object: { type: 'session', id },
        after: { userId: which.accountId, why: which.why },
      })
      const data = { userId: which.accountId, sessionId: id, reason: which.why }
      await bus.publish(tx, SessionRevoked, { key: which.accountId, data })
    }
    return ended.length
  }

  /** Revokes in a transaction of its own, and at once for this process. */
  async function end(which: Omit<Revocation, 'at'>): Promise<number> {
    const count = await db.transaction().execute((tx) => revoke(tx, which))
    memory.forget(which.accountId)
    return count
  }

  async function issue({ session, refreshToken }: Opened): Promise<Tokens> {
    return {
      accessToken: await tokens.mint({ accountId: session.accountId, sessionId: session.id }),
      refreshToken,
    }
  }

  async function flush(): Promise<void> {
    if (sightings.size === 0) return
    const batch = sightings
    sightings = new Map()
    await store.seen(batch)
  }

  return {
    open,
    revoke,
    end,
    issue,
    flush,
    forget: memory.forget,
    /** The session an access token belongs to, if both still stand. */
    async standing(accessToken: string) {
      const claims = await tokens.read(accessToken)
      const standing = claims && (await memory.of(claims.sid))
      if (!standing || standing.accountId !== claims.sub || standing.expiresAt <= now()) return undefined
      sightings.set(claims.sid, now())
      return { ...standing, sessionId: claims.sid }
    },
    async refresh(token: string, device: Device): Promise<Tokens> {
      const result = await db.transaction().execute(async (tx) => {
        const rotated = await rotation.rotate(createSessionStore(tx), token, device)
        if (rotated.outcome === 'reused') {
          const { id, accountId } = rotated.session
          await audit.record(tx, {
            action: 'session.reuse',
            object: { type: 'session', id },
            after: { userId: accountId },
          })
          await revoke(tx, { accountId, only: id, why: 'reuse' })
        }
        return rotated
      })
      if (result.outcome === 'rotated') return issue({ session: result.session, refreshToken: result.token })
      if (result.outcome === 'reused') memory.forget(result.session.accountId)
      throw unauthenticated(
        result.outcome === 'reused'
          ? 'this refresh token was used before; the session was ended to be safe, sign in again'
          : 'the refresh token is unknown or has expired; sign in again',
      )
    },
    /** The session a refresh token belongs to, used or not. */
    async ofRefreshToken(token: string): Promise<Session | undefined> {
      return db.transaction().execute(async (tx) => {
        const inTx = createSessionStore(tx)
        const row = await inTx.lockToken(hashOf(token))
        return row && inTx.find(row.sessionId, now())
      })
    },
    async list(
      { cursor, limit }: { cursor?: string | undefined; limit: number },
      who: Principal,
    ): Promise<Page<wire.Session>> {
      await flush()
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      const rows = await store.list({ accountId: who.id, now: now(), after, limit: limit + 1 })
      const page = pageOf(rows, limit, (last) => [last.lastSeenAt.toISOString(), last.id])
      return { ...page, items: page.items.map((session) => onWire(session, who.sessionId)) }
    },
    async revokeOwn(id: string, who: Principal): Promise<void> {
      if ((await end({ accountId: who.id, only: id, why: 'revoked' })) === 0) throw notFound('this session')
    },
    async confirm(tx: Db, sessionId: string): Promise<Date> {
      const at = now()
      await createSessionStore(tx).confirm(sessionId, at)
      return at
    },
    tidy: () => store.tidy({ now: now(), graceEnd: later(now(), -GRACE), ended: later(now(), -30 * DAY) }),
  }
}
export type Sessions = ReturnType<typeof createSessions>

export interface NewSession {
  account: { id: string; name: string }
  method: Method
  device: Device
  confirmedAt?: Date | undefined
}

const onWire = ({ accountId: _, confirmedAt: __, ...session }: Session, current: string | undefined): wire.Session => ({
  ...session,
  current: session.id === current,
  createdAt: session.createdAt.toISOString(),
  lastSeenAt: session.lastSeenAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
})
