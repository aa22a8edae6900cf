import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Permission } from '@bellwether/contract/endpoint'
import type { Page } from '@bellwether/contract/page'
import { KeyRevoked } from '@bellwether/contract/platform/events'
import type * as wire from '@bellwether/contract/platform/key'
import { allows, type Principal } from '../../access/index.ts'
import { conflict, invalid, notFound } from '../../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../../paging/index.ts'
import type { IdentityParts } from '../face.ts'
import { createMemory } from '../memory.ts'
import { mustBeConfirmed, type Person } from '../person.ts'
import { hashOf, newSecret } from '../sessions/secrets.ts'
import { createKeyStore, type StoredKey } from './store.ts'

const MOST_KEYS = 50
const FORM = /^bw_([a-z0-9]{12})_[\w-]{43}$/
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export interface NewKey {
  name: string
  scopes: Permission[]
  expiresAt?: string | undefined
}

export function createKeys({
  db,
  audit,
  bus,
  now,
  newId,
}: Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'now' | 'newId'>) {
  const store = createKeyStore(db)
  const memory = createMemory({ now, load: store.standing })
  let uses = new Map<string, Date>()

  async function flush(): Promise<void> {
    if (uses.size === 0) return
    const batch = uses
    uses = new Map()
    await store.used(batch)
  }

  return {
    flush,
    forget: memory.forget,
    /** Who a key stands for: its owner with what they may do now, kept to the key's scopes. */
    async principalOf(key: string): Promise<Principal | undefined> {
      const prefix = FORM.exec(key)?.[1]
      const found = prefix ? await memory.of(prefix) : undefined
      if (!found || !timingSafeEqual(found.hash, hashOf(key))) return undefined
      if (found.expiresAt && found.expiresAt <= now()) return undefined
      uses.set(found.id, now())
      const { accountId, owner, name, grants, scopes, id } = found
      return { kind: 'key', id: accountId, name: `${owner} (key ${name})`, grants, scopes, keyId: id }
    },
    async list(
      { cursor, limit }: { cursor?: string | undefined; limit: number },
      who: Person,
    ): Promise<Page<wire.ApiKey>> {
      await flush()
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      const rows = await store.list({ accountId: who.id, after, limit: limit + 1 })
      const page = pageOf(rows, limit, (last) => [last.createdAt.toISOString(), last.id])
      return { ...page, items: page.items.map(onWire) }
    },
    async make({ name, scopes, expiresAt }: NewKey, who: Person): Promise<wire.ApiKey & { key: string }> {
      mustHold(who, scopes)
      if (scopes.some((scope) => scope.endsWith(':admin'))) mustBeConfirmed(who, now())
      if (expiresAt && new Date(expiresAt) <= now())
        throw invalid('the key would be born expired', [{ path: 'body.expiresAt', message: 'must be in the future' }])
      const prefix = Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
      const key = `bw_${prefix}_${newSecret()}`
      const stored: StoredKey = {
        id: newId(),
        accountId: who.id,
        name,
        prefix,
        hash: hashOf(key),
        scopes: [...new Set(scopes)],
        createdAt: now(),
        expiresAt: expiresAt ? new Date(expiresAt) : undefined,
      }
      await db.transaction().execute(async (tx) => {
        const inTx = createKeyStore(tx)
        if ((await inTx.count(who.id)) >= MOST_KEYS)
          throw conflict(`you have ${MOST_KEYS} keys already; revoke one that is not used any more`)
        await inTx.insert(stored)
        await audit.record(tx, { action: 'key.make', object: { type: 'key', id: stored.id }, after: onWire(stored) })
      })
      return { ...onWire(stored), key }
    },
    async revoke(id: string, who: Person): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const removed = await createKeyStore(tx).remove(who.id, id)
        if (!removed) throw notFound('this key')
        await audit.record(tx, { action: 'key.revoke', object: { type: 'key', id }, before: onWire(removed) })
        await bus.publish(tx, KeyRevoked, { key: who.id, data: { userId: who.id, keyId: id } })
      })
      memory.forget(who.id)
    },
  }
}
export type Keys = ReturnType<typeof createKeys>

function mustHold(who: Principal, scopes: readonly Permission[]): void {
  const errors = scopes.flatMap((scope, index) =>
    allows(who, scope) ? [] : [{ path: `body.scopes.${index}`, message: `you do not hold ${scope} yourself` }],
  )
  if (errors.length > 0) throw invalid('a key can do no more than its owner', errors)
}

const onWire = ({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: StoredKey): wire.ApiKey => ({
  id,
  name,
  prefix: `bw_${prefix}`,
  scopes,
  createdAt: createdAt.toISOString(),
  ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
  ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
})
