import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { sha256 } from './canonical.ts'

/** Vouches for every row up to `seq`, and for every checkpoint before it. */
export interface Checkpoint {
  number: number
  /** The last row it covers, and how many rows there are up to it: the same number while nothing is dropped. */
  seq: number
  rowCount: number
  /** Hash of that row; of the chain's beginning when there is none yet. */
  hash: string
  /** Digest of the checkpoint before, with its signature. */
  previous: string
  /** UTC with milliseconds. */
  at: string
  keyId: string
  /** Ed25519, base64. */
  signature: string
}
export type Unsigned = Omit<Checkpoint, 'signature'>

/** `previous` of the first checkpoint. */
export const FIRST = sha256('bellwether/audit/checkpoint/1')

const textOf = ({ number, seq, rowCount, hash, previous, at, keyId }: Unsigned): string =>
  ['bellwether/audit/checkpoint/1', number, seq, rowCount, hash, previous, at, keyId].join('\n')

export const digestOf = (checkpoint: Checkpoint): string => sha256(`${textOf(checkpoint)}\n${checkpoint.signature}`)

export const signed = (checkpoint: Unsigned, key: KeyObject): Checkpoint => ({
  ...checkpoint,
  signature: signatureOf(textOf(checkpoint), key),
})

export const isSignedBy = (checkpoint: Checkpoint, key: KeyObject): boolean =>
  holds(textOf(checkpoint), checkpoint.signature, key)

export const signatureOf = (text: string, key: KeyObject): string =>
  sign(undefined, Buffer.from(text), key).toString('base64')

/** Compares the text form too: base64 has several spellings of the same bytes. */
export function holds(text: string, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.toString('base64') === signature && verify(undefined, Buffer.from(text), key, bytes)
}

/** A public key as it is written down, by its id. */
export interface PublicKey {
  id: string
  /** SubjectPublicKeyInfo, DER in base64. */
  publicKey: string
  createdAt: string
}

export const fingerprintOf = (publicKey: string): string => sha256(Buffer.from(publicKey, 'base64'))

export function publicKeyOf({ publicKey }: PublicKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined // not a key; checkpoints that name it are then found unsigned
  }
}
