import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, rmSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { StartError } from '../errors/index.ts'
import { databaseAccount, reachable } from './account.ts'
import { OPEN_HOME } from './binaries.ts'

/** A socket's path may hold 107 bytes on Linux and 103 on macOS; PostgreSQL adds `/.s.PGSQL.5432`. */
const LONGEST_SOCKET_FOLDER = 85

export interface InstanceFolders {
  data: string
  cluster: string
  sockets: string
  logFile: string
}

/** Where one instance keeps its things; outside the data folder only what the database's account could not reach. */
export function instanceFolders(dataSetting: string): InstanceFolders {
  const data = resolve(dataSetting)
  writable(data, dataSetting)
  const open = reachable(join(data, 'postgres'), databaseAccount())
  const tag = createHash('sha256').update(data).digest('hex').slice(0, 12)
  const home = open ? data : join(OPEN_HOME, tag)
  if (!open) mkdirSync(home, { recursive: true, mode: 0o711 })
  const near = join(home, 'sockets')
  const sockets = near.length <= LONGEST_SOCKET_FOLDER ? near : join(tmpdir(), `bellwether-${tag}`)
  return { data, cluster: join(home, 'postgres'), sockets, logFile: join(data, 'postgres.log') }
}

/** One level at a time: Node's own recursive mkdir never returns where a system folder answers that nothing exists. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o711 })
}

function writable(folder: string, asGiven: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new StartError(
      `the data folder ${asGiven} cannot be written; make it writable or set BELLWETHER_DATA to another`,
      { cause },
    )
  }
}

/**
 * Holds the data folder for this process. A listening socket is the lock: it vanishes with the process however that
 * ends, so a stale one is told from a live one by whether somebody answers.
 */
export async function holdInstance(folders: InstanceFolders): Promise<() => Promise<void>> {
  const path = join(
    folders.sockets.startsWith(tmpdir()) ? tmpdir() : dirname(folders.sockets),
    `${createHash('sha256').update(folders.data).digest('hex').slice(0, 8)}.lock`,
  )
  if (await somebodyListens(path)) {
    throw new StartError(
      `the data folder ${folders.data} is in use by another Bellwether; stop it, or set BELLWETHER_DATA to another folder`,
    )
  }
  rmSync(path, { force: true })
  const server = createServer((socket) => socket.end())
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(path, listening))
  server.unref()
  return () => new Promise((closed) => server.close(() => closed()))
}

const somebodyListens = (path: string): Promise<boolean> =>
  new Promise((answer) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      answer(true)
    })
    socket.once('error', () => answer(false))
  })
