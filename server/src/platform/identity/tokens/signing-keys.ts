import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose'
import { withLock } from '../../storage/index.ts'
import { DAY, type IdentityParts, later, MINUTE, SECOND } from '../face.ts'
import { createSigningKeyStore, type StoredKey } from './store.ts'

export const TOKEN_LIFE = 15 * MINUTE
/** A key signs for this long; its public half is served until the last token it signed has died. */
export const KEY_LIFE = 30 * DAY
const MODULUS_BITS = 2048
/** A token with an unknown key makes us look again, but no more often than this. */
const LOOK_AGAIN = 2 * SECOND

interface SigningKey {
  kid: string
  privateKey: KeyObject
}

export function createSigningKeys({ db, secrets, now }: Pick<IdentityParts, 'db' | 'secrets' | 'now'>) {
  const store = createSigningKeyStore(db)
  let known: readonly StoredKey[] = []
  let readAt: Date | undefined
  let signing: { key: StoredKey; opened: Promise<SigningKey> } | undefined
  let making: Promise<StoredKey> | undefined

  const signs = ({ createdAt }: StoredKey): boolean => later(createdAt, KEY_LIFE) > now()
  const serves = ({ createdAt }: StoredKey): boolean => later(createdAt, KEY_LIFE + TOKEN_LIFE) > now()

  const isRecent = (): boolean => readAt !== undefined && later(readAt, LOOK_AGAIN) > now()

  /** A key that could not be opened, because the database was away, is tried again by the next who needs it. */
  async function opened(key: StoredKey): Promise<SigningKey> {
    try {
      return await open(secrets, key)
    } catch (error) {
      signing = undefined
      throw error
    }
  }

  async function read(): Promise<readonly StoredKey[]> {
    readAt = now()
    known = await store.all()
    return known
  }

  /** One key for all processes: whoever comes second finds the key of the first. */
  const make = (): Promise<StoredKey> =>
    withLock(db, 'platform.identity.signing-key', async (tx) => {
      const inTx = createSigningKeyStore(tx)
      const present = (await inTx.all()).find(signs)
      if (present) return present
      const key = await generate({ secrets, now })
      await inTx.insert(key)
      await inTx.removeMadeBefore(later(now(), -2 * KEY_LIFE))
      return key
    })

  return {
    /** The key that signs now. */
    async current(): Promise<SigningKey> {
      if (signing && signs(signing.key)) return signing.opened
      const key = known.find(signs) ?? (await read()).find(signs) ?? (await makeOnce())
      if (!known.some(({ kid }) => kid === key.kid)) await read()
      if (signing?.key.kid !== key.kid) signing = { key, opened: opened(key) }
      return signing.opened
    },
    /** The public key a token names, while tokens it signed may still live. */
    async publicKey(kid: string): Promise<KeyObject | undefined> {
      const found = known.find((key) => key.kid === kid)
      if (!found && isRecent()) return undefined
      const key = found ?? (await read()).find((stored) => stored.kid === kid)
      return key && serves(key) ? createPublicKey({ key: { kty: 'RSA', ...key.publicKey }, format: 'jwk' }) : undefined
    },
    /** RFC 7517: what others check our tokens with. */
    async jwks() {
      const keys = (isRecent() ? known : await read()).filter(serves)
      return {
        keys: keys.map(({ kid, publicKey }) => ({ kty: 'RSA', kid, alg: 'RS256', use: 'sig', ...publicKey }) as const),
      }
    },
  }

  function makeOnce(): Promise<StoredKey> {
    making = (making ?? make()).finally(() => {
      making = undefined
    })
    return making
  }
}
export type SigningKeys = ReturnType<typeof createSigningKeys>

const place = (kid: string) => ({ table: 'platform.signing_key', row: kid, field: 'private_sealed' })

async function generate({ secrets, now }: Pick<IdentityParts, 'secrets' | 'now'>): Promise<StoredKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { kid, publicKey: { n, e }, privateSealed: await secrets.seal(place(kid), pem), createdAt: now() }
}

const open = async (secrets: IdentityParts['secrets'], { kid, privateSealed }: StoredKey): Promise<SigningKey> => ({
  kid,
  privateKey: createPrivateKey(await secrets.open(place(kid), privateSealed)),
})
