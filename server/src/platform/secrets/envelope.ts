import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV = 12
const TAG = 16
export const KEY_BYTES = 32

/** Key material lives outside the JavaScript heap and prints as nothing; the bytes it came from are wiped. */
export function keyOf(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

/** Names a key without telling anything about it. */
export function fingerprintOf(key: KeyObject): string {
  const bytes = key.export()
  const name = createHash('sha256').update('bellwether/kek/1\0').update(bytes).digest('hex').slice(0, 16)
  bytes.fill(0)
  return name
}

/** Additional authenticated data: each part with its length, so that no two lists of parts read the same. */
export function bound(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

export function encrypt(key: KeyObject, plain: Buffer, aad: Buffer): string {
  const iv = randomBytes(IV)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(aad)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** Throws when the text was altered, or was made with another key or for another place. */
export function decrypt(key: KeyObject, text: string, aad: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length < IV + TAG) throw new Error('too short')
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV), { authTagLength: TAG })
    .setAAD(aad)
    .setAuthTag(bytes.subarray(IV, IV + TAG))
  return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()])
}
