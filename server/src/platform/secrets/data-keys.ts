import type { KeyObject } from 'node:crypto'
import { bound, decrypt, encrypt, keyOf } from './envelope.ts'
import type { Kek, Ring } from './ring.ts'
import type { Dek } from './store.ts'

const FORMAT = 'bellwether/dek/1'
type Named = Pick<Dek, 'id' | 'purpose' | 'period'>

export function wrapped(kek: Kek, dek: Named, key: KeyObject): Pick<Dek, 'kek' | 'wrapped'> {
  const bytes = key.export()
  const text = encrypt(kek.key, bytes, bound(FORMAT, dek.id, dek.purpose, dek.period))
  bytes.fill(0)
  return { kek: kek.id, wrapped: text }
}

export function unwrapped(ring: Ring, dek: Dek): KeyObject {
  const kek = ring.byId.get(dek.kek)
  if (!kek) throw new Error(`the key ${dek.kek} that wraps the data key ${dek.id} is not at hand`)
  try {
    return keyOf(decrypt(kek.key, dek.wrapped, bound(FORMAT, dek.id, dek.purpose, dek.period)))
  } catch {
    throw new Error(`the data key ${dek.id} does not open: its row was altered`) // the cause would only say "unable to authenticate"
  }
}
