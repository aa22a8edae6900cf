import type { Db } from '../../storage/index.ts'

interface Row {
  kid: string
  public_key: { n: string; e: string }
  private_sealed: string
  created_at: Date
}

export interface StoredKey {
  kid: string
  /** RSA modulus and exponent, base64url. */
  publicKey: { n: string; e: string }
  privateSealed: string
  createdAt: Date
}

export function createSigningKeyStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.signing_key': Row }>()
  return {
    async all(): Promise<StoredKey[]> {
      const rows = await db.selectFrom('platform.signing_key').selectAll().orderBy('created_at', 'desc').execute()
      return rows.map(({ kid, public_key, private_sealed, created_at }) => ({
        kid,
        publicKey: public_key,
        privateSealed: private_sealed,
        createdAt: created_at,
      }))
    },
    async insert({ kid, publicKey, privateSealed, createdAt }: StoredKey): Promise<void> {
      await db
        .insertInto('platform.signing_key')
        .values({ kid, public_key: publicKey, private_sealed: privateSealed, created_at: createdAt })
        .execute()
    },
    async removeMadeBefore(time: Date): Promise<void> {
      await db.deleteFrom('platform.signing_key').where('created_at', '<', time).execute()
    },
  }
}
