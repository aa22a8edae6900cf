import type { KeyObject } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { Config } from '../config/index.ts'
import { StartError } from '../errors/index.ts'
import { fingerprintOf, keyOf } from './envelope.ts'
import { createKeyFile, newStoredKek, readKeyFile, replaceKeyFile, type StoredKek } from './key-file.ts'

export interface Kek {
  id: string
  key: KeyObject
}

/** The key-encryption keys this process holds: one wraps, all open. */
export interface Ring {
  source: 'environment' | 'file'
  current: Kek
  byId: ReadonlyMap<string, Kek>
}

export type RingConfig = Pick<Config, 'kek' | 'kekPrevious' | 'data'>

export const keyFilePath = (config: RingConfig): string => join(resolve(config.data), 'keys', 'kek.json')

/**
 * Reads the keys; `needed` are the fingerprints the database's data keys are wrapped with. A key file is made only
 * where nothing could have been sealed with a lost one.
 */
export function loadRing(config: RingConfig, needed: readonly string[], now: Date): Ring {
  const path = keyFilePath(config)
  const given = [config.kek, ...config.kekPrevious].flatMap((text) => (text === undefined ? [] : [kekOf(text)]))
  let stored = readKeyFile(path)
  if (!stored && config.kek === undefined) {
    const missing = needed.find((id) => !given.some((kek) => kek.id === id))
    if (missing !== undefined)
      throw new StartError(
        `the key file ${path} is missing, but the database holds secrets sealed with its key ${missing}; restore the file from your backup, or set BELLWETHER_KEK`,
      )
    createKeyFile(path, [newStoredKek(now)])
    stored = readKeyFile(path)
  }
  const filed = (stored ?? []).map(({ key }) => kekOf(key))
  const source = config.kek === undefined ? 'file' : 'environment'
  const current = source === 'file' ? filed[0] : given[0]
  if (!current) throw new StartError(`the key file ${path} was taken away while starting; start again`)
  const ring: Ring = { source, current, byId: new Map([...given, ...filed].map((kek) => [kek.id, kek])) }
  mustOpen(ring, needed, path)
  return ring
}

function mustOpen(ring: Ring, needed: readonly string[], path: string): void {
  const missing = needed.find((id) => !ring.byId.has(id))
  if (missing === undefined) return
  const where = ring.source === 'file' ? `the key in ${path}` : 'BELLWETHER_KEK'
  throw new StartError(
    `${where} is not the one that sealed this database: its key is ${ring.current.id}, the database needs ${missing}; give that one (a former key may stand in BELLWETHER_KEK_PREVIOUS)`,
  )
}

/** Puts a new key in front of the file's keys; the former ones stay until nothing is wrapped with them. */
export function addKey(config: RingConfig, now: Date): void {
  const path = keyFilePath(config)
  replaceKeyFile(path, [newStoredKek(now), ...filedKeys(path)])
}

/** Leaves only the keys of the file that are still used, and always the current one. */
export function dropKeys(config: RingConfig, used: readonly string[]): void {
  const path = keyFilePath(config)
  const keys = filedKeys(path)
  const kept = keys.filter(({ key }, index) => index === 0 || used.includes(kekOf(key).id))
  if (kept.length < keys.length) replaceKeyFile(path, kept)
}

function filedKeys(path: string): StoredKek[] {
  const keys = readKeyFile(path)
  if (!keys) throw new StartError(`the key file ${path} is missing; restore it from your backup`)
  return keys
}

function kekOf(text: string): Kek {
  const key = keyOf(Buffer.from(text, 'base64'))
  return { id: fingerprintOf(key), key }
}
