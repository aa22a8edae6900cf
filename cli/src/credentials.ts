import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const Kept = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() })
export type Kept = z.output<typeof Kept>

const folder = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'bellwether')
const fileOf = (url: string): string => join(folder, `${new URL(url).host.replace(/[^\w.-]/g, '_')}.json`)

/** What `bellwether sign-in` keeps for an installation, readable by this account only. */
export function keptFor(url: string): Kept | undefined {
  const file = fileOf(url)
  if (!existsSync(file)) return undefined
  const parsed = Kept.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success ? parsed.data : undefined
}

export function keep(url: string, kept: Kept): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(fileOf(url), JSON.stringify(kept), { mode: 0o600 })
  chmodSync(fileOf(url), 0o600)
}

export const forget = (url: string): void => rmSync(fileOf(url), { force: true })
