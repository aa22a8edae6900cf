import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Place, Secrets } from '../../secrets/index.ts'
import { type Db, withLock } from '../../storage/index.ts'
import { fingerprintOf, type PublicKey } from './checkpoint.ts'
import { createChainStore, type StoredKey } from './store.ts'

export interface SignerParts {
  db: Db
  secrets: Secrets
  now: () => Date
}

export interface SigningKey {
  id: string
  key: KeyObject
}

export type Signer = ReturnType<typeof createSigner>

/** The keys that sign checkpoints. A public key in the database counts only when its sealed private half fits it. */
export function createSigner({ db, secrets, now }: SignerParts) {
  const store = createChainStore(db)
  let current: Promise<SigningKey> | undefined

  async function privateOf({ id, publicKey, privateKey }: StoredKey): Promise<KeyObject | undefined> {
    try {
      const key = createPrivateKey(await secrets.open(placeOf(id), privateKey))
      return publicOf(key) === publicKey && idOf(publicKey) === id ? key : undefined
    } catch {
      return undefined // not sealed by us: whoever put it there cannot sign in our name
    }
  }

  async function make(): Promise<StoredKey> {
    const { privateKey } = generateKeyPairSync('ed25519')
    const publicKey = publicOf(privateKey)
    const id = idOf(publicKey)
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return { id, publicKey, privateKey: await secrets.seal(placeOf(id), pem), createdAt: now().toISOString() }
  }

  async function load(): Promise<SigningKey> {
    for (const stored of (await store.keys()).reverse()) {
      const key = await privateOf(stored)
      if (key) return { id: stored.id, key }
    }
    const made = await make()
    const before = (await store.keys()).length
    await withLock(db, 'platform/audit/key', async (tx) => {
      const locked = createChainStore(tx)
      if ((await locked.keys()).length === before) await locked.addKey(made)
    })
    return load()
  }

  return {
    /** The key that signs; made on first use. */
    current(): Promise<SigningKey> {
      current ??= load().catch((error: unknown) => {
        current = undefined
        throw error
      })
      return current
    },
    /** Public keys whose private half is ours. */
    async trusted(): Promise<PublicKey[]> {
      const keys: PublicKey[] = []
      for (const stored of await store.keys())
        if (await privateOf(stored))
          keys.push({ id: stored.id, publicKey: stored.publicKey, createdAt: stored.createdAt })
      return keys
    },
  }
}

const placeOf = (id: string): Place => ({ table: 'platform.audit_key', row: id, field: 'private_key' })
const publicOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
const idOf = (publicKey: string): string => fingerprintOf(publicKey).slice(0, 16)
