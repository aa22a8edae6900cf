import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { StartError } from '../errors/index.ts'
import { databaseAccount, privateFolder } from './account.ts'
import { postgresHome } from './binaries.ts'

const run = promisify(execFile)
export const SUPERUSER = 'bellwether'
const READY_WITHIN = 30_000
const STOP_WITHIN = 4_000

export interface Cluster {
  /** Connection to one of its databases, over its private socket. */
  connection(database: string): pg.ClientConfig
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** The cluster's own folder. */
  folder: string
  /** Folder of the socket; its path must stay below about 90 characters. */
  sockets: string
  logFile: string
  /** Server settings beyond the usual ones. */
  settings?: Record<string, string>
}

/** Sized for a small machine shared with the program; nobody but us connects, and only by socket. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '120',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  wal_compression: 'on',
  jit: 'off',
  log_min_messages: 'warning',
}

/** Starts PostgreSQL on `folder`, creating it the first time and taking over from a server left behind by a crash. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = databaseAccount()
  const home = postgresHome(account)
  privateFolder(options.folder, account)
  privateFolder(options.sockets, account)
  if (!existsSync(join(options.folder, 'PG_VERSION'))) await initialise(home, options, account)
  await stopLeftBehind(options.folder)
  const child = launch(home, options, account)
  const connection = (database: string): pg.ClientConfig => ({ host: options.sockets, user: SUPERUSER, database })
  await ready(child, connection('postgres'), options.logFile)
  return { connection, stop: () => stop(child) }
}

async function initialise(home: string, { folder }: ClusterOptions, account: number | undefined): Promise<void> {
  const args = ['-D', folder, '-U', SUPERUSER, '--auth=trust', '--encoding=UTF8', '--no-instructions']
  const locale = ['--locale-provider=builtin', '--locale=C.UTF-8']
  try {
    await run(join(home, 'bin/initdb'), [...args, ...locale], {
      ...as(account),
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      cwd: '/',
    })
  } catch (cause) {
    rmSync(join(folder, 'PG_VERSION'), { force: true })
    throw new StartError(
      `the database in ${folder} could not be created: ${(cause as { stderr?: string }).stderr?.trim() || (cause as Error).message}`,
      { cause },
    )
  }
}

function launch(
  home: string,
  { folder, sockets, logFile, settings }: ClusterOptions,
  account: number | undefined,
): ChildProcess {
  const args = Object.entries({ ...SETTINGS, unix_socket_directories: sockets, ...settings }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  )
  // A file, not a pipe: when we are killed the server must be able to go on writing until it is taken over.
  const log = openSync(logFile, 'a', 0o600)
  chmodSync(logFile, 0o600)
  const child = spawn(join(home, 'bin/postgres'), ['-D', folder, ...args], {
    ...as(account),
    stdio: ['ignore', log, log],
    detached: true, // Ctrl-C reaches only us, and we stop it in order
    env: { LC_ALL: 'C', TZ: 'UTC' },
    cwd: '/',
  })
  closeSync(log)
  return child
}

const as = (account: number | undefined) => (account === undefined ? {} : { uid: account, gid: account })

async function ready(child: ChildProcess, connection: pg.ClientConfig, logFile: string): Promise<void> {
  let exit: string | undefined
  child.once('exit', (code, signal) => {
    exit = String(signal ?? code)
  })
  child.once('error', (error) => {
    exit = error.message
  })
  for (const end = Date.now() + READY_WITHIN; Date.now() < end; await sleep(25)) {
    if (exit !== undefined)
      throw new StartError(`the database did not start (${exit}); its last words: ${lastLine(logFile)}`)
    if (await answers(connection)) return
  }
  child.kill('SIGQUIT')
  throw new StartError(`the database did not answer within ${READY_WITHIN / 1000} s; see ${logFile}`)
}

async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(connection)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false // not listening yet, or still recovering: the caller asks again until its deadline
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGINT') // fast shutdown: no new sessions, open ones are closed
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_WITHIN)
  await gone
  clearTimeout(timer)
}

/** A server whose program was killed still holds the folder: it is stopped in order before ours starts. */
async function stopLeftBehind(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!(await isPostgres(pid))) return
  for (const [signal, patience] of [
    ['SIGINT', STOP_WITHIN],
    ['SIGQUIT', STOP_WITHIN],
    ['SIGKILL', 1000],
  ] as const) {
    process.kill(pid, signal)
    for (const end = Date.now() + patience; Date.now() < end; await sleep(25))
      if (!existsSync(pidFile) || !(await isPostgres(pid))) return
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes('postgres')
}

const lastLine = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? ''
