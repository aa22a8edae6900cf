import { chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** PostgreSQL refuses to run as root; as root it runs as this account (`nobody`), which owns nothing else. */
const UNPRIVILEGED = 65_534

/** The account the database runs as when the program runs as root; otherwise undefined: the program's own. */
export const databaseAccount = (): number | undefined => (process.getuid?.() === 0 ? UNPRIVILEGED : undefined)

/** Whether an unprivileged account may enter every folder above `path`. */
export function reachable(path: string, account: number | undefined): boolean {
  if (account === undefined) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = statSync(folder)
    if ((mode & (uid === account ? 0o100 : 0o001)) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Makes a folder that only the database's account may enter. */
export function privateFolder(path: string, account: number | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (account !== undefined) chownSync(path, account, account)
}
