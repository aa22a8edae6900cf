import { randomBytes } from 'node:crypto'
import { DAY, type IdentityParts, later, SECOND } from '../face.ts'
import { hashOf, newRefreshToken, successorOf } from './secrets.ts'
import type { Client, createSessionStore, RefreshToken, Session } from './store.ts'

export const REFRESH_LIFE = 7 * DAY
/** However often it is renewed, a session ends after this. */
export const SESSION_LIFE = 90 * DAY
/** Two tabs, or a repeated request whose first answer was lost, may bring a used token for this long. */
export const GRACE = 30 * SECOND

/** Where a refresh comes from. */
export interface Device {
  client: Client
  userAgent: string
  ip: string
}

export type Rotation =
  | { outcome: 'rotated'; token: string; session: Session }
  | { outcome: 'unknown' }
  | { outcome: 'reused'; session: Session }

type Sessions = ReturnType<typeof createSessionStore>

/** Rotates refresh tokens inside the caller's transaction. */
export function createRotation({ now }: Pick<IdentityParts, 'now'>) {
  async function first(sessions: Sessions, session: Session): Promise<string> {
    const token = newRefreshToken()
    await sessions.insertToken({ hash: hashOf(token), sessionId: session.id, expiresAt: session.expiresAt })
    return token
  }

  async function use(sessions: Sessions, { token, row, session, device }: Turn): Promise<Rotation> {
    const salt = randomBytes(32)
    const expiresAt = endOf(session.createdAt, now())
    const successor = successorOf(token, salt)
    await sessions.useToken(row.hash, { usedAt: now(), salt })
    await sessions.insertToken({ hash: hashOf(successor), sessionId: session.id, expiresAt })
    await sessions.renew(session.id, { userAgent: device.userAgent, ip: device.ip, lastSeenAt: now(), expiresAt })
    return { outcome: 'rotated', token: successor, session: { ...session, expiresAt } }
  }

  /** The newest token that follows from a used one: what its latest holder has in hand, and unused. */
  async function newest(sessions: Sessions, used: { token: string; row: RefreshToken }): Promise<string | undefined> {
    let { token, row }: { token: string; row: RefreshToken | undefined } = used
    while (row?.usedAt) {
      if (!row.salt) return undefined
      token = successorOf(token, row.salt)
      row = await sessions.lockToken(hashOf(token))
    }
    return row && token
  }

  return {
    first,
    async rotate(sessions: Sessions, token: string, device: Device): Promise<Rotation> {
      const row = await sessions.lockToken(hashOf(token))
      const session = row && row.expiresAt > now() ? await sessions.find(row.sessionId, now()) : undefined
      if (!row || !session) return { outcome: 'unknown' }
      if (device.client !== session.client) return { outcome: 'reused', session } // a session never changes its kind
      if (!row.usedAt) return use(sessions, { token, row, session, device })
      const inGrace = later(row.usedAt, GRACE) > now() && device.userAgent === session.userAgent
      const latest = inGrace ? await newest(sessions, { token, row }) : undefined
      return latest ? { outcome: 'rotated', token: latest, session } : { outcome: 'reused', session }
    },
  }
}

interface Turn {
  token: string
  row: RefreshToken
  session: Session
  device: Device
}

export const endOf = (createdAt: Date, now: Date): Date =>
  new Date(Math.min(later(now, REFRESH_LIFE).getTime(), later(createdAt, SESSION_LIFE).getTime()))
