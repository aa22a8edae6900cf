import { type KeyObject, randomBytes } from 'node:crypto'
import { reasonOf, StartError } from '../errors/index.ts'
import { type Db, withLock } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { unwrapped, wrapped } from './data-keys.ts'
import { bound, decrypt, encrypt, KEY_BYTES, keyOf } from './envelope.ts'
import type { Place, Secrets } from './face.ts'
import { loadRing, type Ring, type RingConfig } from './ring.ts'
import { KEYS_LOCK, rewrapping, rotation } from './rotation.ts'
import { createSecretStore, type Dek, type SecretStore } from './store.ts'

const DAY = 86_400_000
export const ROTATE_AFTER_DAYS = 90
/** How often a process looks whether the key is due, in milliseconds. */
const LOOK_EVERY = 6 * 3_600_000
const SEALED = /^bw1:([\da-f-]{36}):([\w-]+)$/

export interface SecretsParts {
  db: Db
  config: RingConfig
  log: Log
  now: () => Date
  newId: () => string
}

export function createSecrets({ db, config, log, now, newId }: SecretsParts): Secrets {
  const store = createSecretStore(db)
  const opened = new Map<string, KeyObject>()
  const sealing = new Map<string, Promise<Dek>>()
  let ring: Promise<Ring> | undefined

  const load = async (from: SecretStore): Promise<Ring> => loadRing(config, await from.keksUsed(), now())
  const ringAtHand = (): Promise<Ring> => {
    ring ??= withLock(db, KEYS_LOCK, (tx) => load(createSecretStore(tx))).catch((error: unknown) => {
      ring = undefined // asked again, it may be put right
      throw error
    })
    return ring
  }

  async function keyFor(dek: Dek): Promise<KeyObject> {
    const known = opened.get(dek.id)
    if (known) return known
    if (!(await ringAtHand()).byId.has(dek.kek)) ring = undefined // another process rotated the key file
    const key = unwrapped(await ringAtHand(), dek)
    opened.set(dek.id, key)
    return key
  }

  /** The data key that seals for a table this month; made by whichever process is first. */
  function sealingKey(purpose: string): Promise<Dek> {
    const period = now().toISOString().slice(0, 7)
    const name = `${purpose}/${period}`
    const found =
      sealing.get(name) ??
      (async () => (await store.findFor(purpose, period)) ?? (await makeKey(purpose, period)))().catch(
        (error: unknown) => {
          sealing.delete(name)
          throw error
        },
      )
    sealing.set(name, found)
    return found
  }

  const makeKey = (purpose: string, period: string): Promise<Dek> =>
    withLock(db, KEYS_LOCK, async (tx) => {
      const locked = createSecretStore(tx)
      const made = await locked.findFor(purpose, period)
      if (made) return made
      const { current } = await load(locked) // afresh: under the lock the key file does not change
      const key = keyOf(randomBytes(KEY_BYTES))
      const named = { id: newId(), purpose, period }
      const dek = { ...named, ...wrapped(current, named, key) }
      await locked.insert(dek, now())
      return dek
    })

  async function drained(steps: AsyncGenerator<string>): Promise<number> {
    let rewrapped = 0
    for await (const step of steps) if (step === 'rewrapped') rewrapped++
    ring = undefined
    return rewrapped
  }

  async function rotate(): Promise<{ kek: string; rewrapped: number }> {
    const rewrapped = await drained(rotation({ db, config, now }))
    const { current } = await ringAtHand()
    await store.usedSince(current.id, now())
    log.info({ kek: current.id, rewrapped }, 'data keys are wrapped with a new key')
    return { kek: current.id, rewrapped }
  }

  async function state() {
    const { source, current } = await ringAtHand()
    const since = await store.usedSince(current.id, now())
    return { kek: current.id, source, since, due: new Date(since.getTime() + ROTATE_AFTER_DAYS * DAY) }
  }

  async function rotateWhenDue(): Promise<void> {
    const { source, due, kek } = await state()
    if (now() < due) return
    if (source === 'file') await rotate()
    else log.warn({ kek, due }, 'BELLWETHER_KEK is due for a change: set a new one, the old as BELLWETHER_KEK_PREVIOUS')
  }

  async function mustFit(): Promise<void> {
    const held = await ringAtHand()
    for (const dek of await store.samples()) {
      try {
        unwrapped(held, dek)
      } catch (cause) {
        throw new StartError(`the stored keys cannot be used: ${reasonOf(cause)}; restore the database from a backup`, {
          cause,
        })
      }
    }
  }

  return {
    rotate,
    state,
    async seal(place, plain) {
      const dek = await sealingKey(place.table)
      const text = encrypt(await keyFor(dek), Buffer.from(plain), placeOf(dek.id, place))
      return `bw1:${dek.id}:${text}`
    },
    async open(place, sealed) {
      const [, id = '', text = ''] = SEALED.exec(sealed) ?? []
      const dek = opened.has(id) ? { id } : id ? await store.find(id) : undefined
      if (!dek) throw unreadable(place, 'its data key is not known')
      const key = 'kek' in dek ? await keyFor(dek) : opened.get(id)
      if (!key) throw unreadable(place, 'its data key is not known')
      return opening(place, () => decrypt(key, text, placeOf(id, place)))
    },
    async start() {
      await mustFit()
      await drained(rewrapping({ db, config, now }))
      await rotateWhenDue()
      const timer = setInterval(
        () =>
          rotateWhenDue().catch((error: unknown) =>
            log.error({ reason: reasonOf(error) }, 'the keys could not be rotated; trying again in six hours'),
          ),
        LOOK_EVERY,
      )
      timer.unref()
      return async () => {
        clearInterval(timer)
        opened.clear()
        sealing.clear()
        ring = undefined
      }
    },
  }
}

const placeOf = (dek: string, { table, row, field }: Place): Buffer =>
  bound('bellwether/secret/1', dek, table, row, field)

function opening(place: Place, decrypted: () => Buffer): string {
  let plain: Buffer
  try {
    plain = decrypted()
  } catch {
    throw unreadable(place, 'it was altered, or belongs elsewhere') // the cause would only say "unable to authenticate"
  }
  const text = plain.toString()
  plain.fill(0)
  return text
}

const unreadable = ({ table, row, field }: Place, reason: string): Error =>
  new Error(`the secret ${field} of ${table} ${row} does not open: ${reason}`)
