import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { reasonOf, StartError } from '../errors/index.ts'

/** Half-written files of a process that was killed are cleared away after this many milliseconds. */
const ABANDONED = 60_000
const HALF = '.kek-'

const KeyFile = z.object({
  version: z.literal(1),
  /** The first wraps new data keys; the others only open older ones. */
  keys: z.array(z.object({ key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/), createdAt: z.iso.datetime() })).min(1),
})
export type StoredKek = z.output<typeof KeyFile>['keys'][number]

export const newStoredKek = (now: Date): StoredKek => {
  const bytes = randomBytes(32)
  const stored = { key: bytes.toString('base64'), createdAt: now.toISOString() }
  bytes.fill(0)
  return stored
}

/** The keys of the file, the current one first; undefined when there is no file. */
export function readKeyFile(path: string): StoredKek[] | undefined {
  const text = readPrivate(path)
  if (text === undefined) return undefined
  const parsed = KeyFile.safeParse(jsonOf(text))
  if (!parsed.success)
    throw new StartError(
      `the key file ${path} is damaged; restore it from your backup, nothing sealed opens without it`,
    )
  return parsed.data.keys
}

function readPrivate(path: string): string | undefined {
  try {
    const { mode } = statSync(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new StartError(
        `the key file ${path} may be read by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}); run: chmod 600 ${path}`,
      )
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new StartError(`the key file ${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/** Makes the file if there is none; of several processes that try, one wins and the others read what it wrote. */
export function createKeyFile(path: string, keys: readonly StoredKek[]): void {
  const half = writeHalf(path, keys)
  try {
    linkSync(half, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(half, { force: true })
  }
  flushFolder(dirname(path))
}

/** Replaces the file as a whole: after a crash it holds either the old keys or the new ones. */
export function replaceKeyFile(path: string, keys: readonly StoredKek[]): void {
  renameSync(writeHalf(path, keys), path)
  flushFolder(dirname(path))
}

function writeHalf(path: string, keys: readonly StoredKek[]): string {
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    clearAbandoned(folder)
    const half = join(folder, `${HALF}${randomBytes(6).toString('hex')}`)
    const file = openSync(half, 'wx', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return half
  } catch (cause) {
    throw new StartError(
      `the key file ${path} cannot be written: ${reasonOf(cause)}; make ${folder} writable, or set BELLWETHER_KEK`,
      {
        cause,
      },
    )
  }
}

function clearAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (name.startsWith(HALF) && Date.now() - statSync(path).mtimeMs > ABANDONED) rmSync(path, { force: true })
  }
}

/** A name in a folder survives a power cut only once the folder itself is flushed. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return // folders cannot be opened there
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // damaged; the caller says so
  }
}
