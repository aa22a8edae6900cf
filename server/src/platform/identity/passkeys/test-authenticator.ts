// An authenticator in software, for tests: it holds keys, shows its owner and signs, as WebAuthn asks of a real one.
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const PRESENT = 0x01
const VERIFIED = 0x04
const BACKUP_ELIGIBLE = 0x08
const BACKED_UP = 0x10
const ATTESTED = 0x40

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export interface Manners {
  origin?: string
  /** Whether it checks its owner, by finger or PIN. */
  verifies?: boolean
  /** Whether the key is kept in a cloud key chain. */
  synced?: boolean
  challenge?: string
}

interface Options {
  challenge: string
  rpId?: string
  rp?: { id?: string }
  user?: { id: string }
  allowCredentials?: { id: string }[]
}

export function createAuthenticator(manners: Manners = {}) {
  const credentialId = randomBytes(32)
  const id = base64url(credentialId)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let counter = 0
  let userHandle = ''

  function authData(rpId: string, { verifies = true, synced = false }: Manners, attested?: Buffer): Buffer {
    const flags =
      PRESENT | (verifies ? VERIFIED : 0) | (synced ? BACKUP_ELIGIBLE | BACKED_UP : 0) | (attested ? ATTESTED : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }

  const clientData = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  return {
    id,
    /** What navigator.credentials.create answers. */
    create(options: Options, more: Manners = {}) {
      const { origin = 'http://localhost', ...how } = { ...manners, ...more }
      userHandle = options.user?.id ?? ''
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)])
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData(options.rp?.id ?? 'localhost', how, attested))],
      ])
      return {
        id,
        rawId: id,
        type: 'public-key' as const,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', how.challenge ?? options.challenge, origin)),
          attestationObject: base64url(isoCBOR.encode(attestation as never)),
          transports: ['internal'],
        },
      }
    },
    /** What navigator.credentials.get answers. */
    get(options: Options, more: Manners & { counter?: number } = {}) {
      const { origin = 'http://localhost', ...how } = { ...manners, ...more }
      counter = more.counter ?? counter + 1
      const client = clientData('webauthn.get', how.challenge ?? options.challenge, origin)
      const data = authData(options.rpId ?? 'localhost', how)
      const signature = createSign('sha256').update(data).update(sha256(client)).sign(privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key' as const,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          userHandle,
        },
      }
    },
  }
}

/** COSE form of an ES256 key: kty EC2, alg -7, curve P-256, x, y. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  const map = new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ])
  return Buffer.from(isoCBOR.encode(map as never))
}
