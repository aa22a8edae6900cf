import { createServer } from 'node:net'
import { allMigrations, createApp } from './app.ts'
import { type Config, loadConfig } from './platform/config/index.ts'
import { StartError } from './platform/errors/index.ts'
import { createPlatform } from './platform/index.ts'
import { createStorage, migrate } from './platform/storage/index.ts'

/** Said once for each stage of a start, so that nobody wonders what takes its time. */
export type Progress = (stage: string) => void

export interface Running {
  url: string
  /** One-time link of the first administrator, while nobody has signed in yet. */
  welcome: string | undefined
  stop(): Promise<void>
}

/** Starts the whole program by its configuration. What it started, `stop` ends in the opposite order. */
export async function serve(env: Record<string, string | undefined>, progress: Progress): Promise<Running> {
  const config = loadConfig(env)
  await portIsFree(config)
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of undo.splice(0).reverse()) await end()
  }
  try {
    const database = await createStorage(config, progress)
    undo.push(() => database.close())
    progress('Bringing the database up to date')
    await migrate(database.pool, allMigrations)
    progress('Starting the services')
    const platform = createPlatform({ config, database })
    const app = createApp(platform)
    undo.push(await app.start())
    const welcome = await platform.bootstrap()
    const listening = await app.gateway.listen({ port: config.port, host: config.host })
    undo.push(() => app.gateway.close())
    const url = config.publicUrl ?? addressOf(config, listening)
    return { url, welcome: welcome && new URL(welcome, url).href, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Where a person goes: by name, because passkeys are bound to names and refuse addresses such as 127.0.0.1. */
function addressOf(config: Config, listening: string): string {
  const url = new URL(listening)
  if (['127.0.0.1', '::1', '0.0.0.0', '::'].includes(config.host)) url.hostname = 'localhost'
  return url.origin
}

/** Asked first, so that a taken port is told before anything is started or changed. */
async function portIsFree({ host, port }: Config): Promise<void> {
  const probe = createServer()
  await new Promise<void>((free, taken) => {
    probe.once('error', taken)
    probe.listen(port, host, () => probe.close(() => free()))
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new StartError(
      PORT_TROUBLE[cause.code ?? '']?.(host, port) ?? `cannot listen on ${host}:${port}: ${cause.message}`,
      { cause },
    )
  })
}

const PORT_TROUBLE: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (_, port) => `port ${port} is taken; stop the program that has it, or set BELLWETHER_PORT to another`,
  EACCES: (_, port) => `port ${port} needs more rights than this account has; set BELLWETHER_PORT to one above 1023`,
  EADDRNOTAVAIL: (host) => `${host} is not an address of this machine; set BELLWETHER_HOST to one that is`,
  ENOTFOUND: (host) => `${host} is not a known host name; set BELLWETHER_HOST to an address of this machine`,
}
