import type { Db } from '../storage/index.ts'
import { withLock } from '../storage/index.ts'
import { unwrapped, wrapped } from './data-keys.ts'
import { addKey, dropKeys, loadRing, type RingConfig } from './ring.ts'
import { createSecretStore } from './store.ts'

/** Whoever writes a data key or the key file holds this lock, so that no data key is wrapped with a key just dropped. */
export const KEYS_LOCK = 'platform/secrets'

export interface RotationParts {
  db: Db
  config: RingConfig
  now: () => Date
}

/**
 * Each step is durable when the next begins, and any prefix of them leaves every secret openable: the new key is on
 * disk before anything is wrapped with it, and an old one leaves the file only when nothing is. Running it again ends
 * what was begun.
 */
export async function* rotation(parts: RotationParts): AsyncGenerator<'key added' | 'rewrapped' | 'keys dropped'> {
  if (parts.config.kek === undefined) {
    await withLock(parts.db, KEYS_LOCK, async () => addKey(parts.config, parts.now()))
    yield 'key added'
  }
  yield* rewrapping(parts)
}

/** Wraps what is not wrapped with the current key, then drops the keys nobody needs. */
export async function* rewrapping(parts: RotationParts): AsyncGenerator<'rewrapped' | 'keys dropped'> {
  while (await withLock(parts.db, KEYS_LOCK, (tx) => rewrapOne(tx, parts))) yield 'rewrapped'
  if (parts.config.kek !== undefined) return
  await withLock(parts.db, KEYS_LOCK, async (tx) => dropKeys(parts.config, await createSecretStore(tx).keksUsed()))
  yield 'keys dropped'
}

async function rewrapOne(tx: Db, { config, now }: RotationParts): Promise<boolean> {
  const store = createSecretStore(tx)
  const ring = loadRing(config, await store.keksUsed(), now())
  const dek = await store.otherThan(ring.current.id)
  if (!dek) return false
  await store.rewrap(dek, wrapped(ring.current, dek, unwrapped(ring, dek)))
  return true
}
