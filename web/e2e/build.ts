import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

const WEB = join(import.meta.dirname, '..')
const ROOT = join(WEB, '..')
const LOCK = join(WEB, 'dist.lock')
const SOURCES = [join(WEB, 'src'), join(WEB, 'public'), join(ROOT, 'contract', 'src'), join(WEB, 'index.html')]
/** A lock older than this was left behind by a run that was killed. */
const STALE = 120_000

/** The folder of the built web app, built once when it is older than its sources, however many files ask. */
export async function builtWeb(): Promise<string> {
  const folder = join(WEB, 'dist')
  while (!isFresh(folder)) {
    if (!takeLock()) {
      await wait(200)
      continue
    }
    try {
      if (!isFresh(folder, 'locked by us')) build()
    } finally {
      rmdirSync(LOCK)
    }
  }
  return folder
}

// biome-ignore-start lint/style/noProcessEnv: handed on to the build as it is
function build(): void {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  execFileSync(execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: WEB,
    stdio: 'inherit',
    // The test runner says NODE_ENV=test, of which Vite would make a development build.
    env: { ...env, NODE_ENV: 'production' },
  })
}

// biome-ignore-end lint/style/noProcessEnv: see above

const isFresh = (folder: string, lock?: 'locked by us'): boolean => {
  const index = join(folder, 'index.html')
  if (!lock && existsSync(LOCK)) return false
  return existsSync(index) && statSync(index).mtimeMs >= Math.max(...SOURCES.map(newest))
}

function newest(path: string): number {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK)
    return true
  } catch {
    const made = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - made > STALE) rmdirSync(LOCK)
    return false
  }
}
