import { createHash, randomBytes } from 'node:crypto'
import type { Principal } from '../../access/index.ts'
import type { Db } from '../../storage/index.ts'

/** Seconds between asking for a ticket and opening the connection. */
const VALID = 30

interface Row {
  hash: Buffer
  principal: Principal
  expires_at: Date
}

const digest = (ticket: string): Buffer => createHash('sha256').update(ticket).digest()

/** A browser cannot send a header when it opens a socket; a ticket in the address stands for the caller, once. */
export function createTickets({ db: untyped, now }: { db: Db; now: () => Date }) {
  const db = untyped.withTables<{ 'platform.live_ticket': Row }>()
  return {
    async open(principal: Principal): Promise<{ ticket: string; expiresIn: number }> {
      const ticket = randomBytes(24).toString('base64url')
      await db.deleteFrom('platform.live_ticket').where('expires_at', '<', now()).execute()
      await db
        .insertInto('platform.live_ticket')
        .values({
          hash: digest(ticket),
          principal: JSON.stringify(principal) as unknown as Principal,
          expires_at: new Date(now().getTime() + VALID * 1000),
        })
        .execute()
      return { ticket, expiresIn: VALID }
    },
    /** Who asked for the ticket; undefined when it is unknown, used or too old. */
    async redeem(ticket: string): Promise<Principal | undefined> {
      const row = await db
        .deleteFrom('platform.live_ticket')
        .where('hash', '=', digest(ticket))
        .returning(['principal', 'expires_at'])
        .executeTakeFirst()
      if (!row || row.expires_at <= now()) return undefined
      const { confirmedAt, ...principal } = row.principal
      return { ...principal, ...(confirmedAt ? { confirmedAt: new Date(confirmedAt) } : {}) }
    },
  }
}
export type Tickets = ReturnType<typeof createTickets>
