import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { reasonOf } from '../../errors/index.ts'
import type { Log } from '../../telemetry/index.ts'

const CHANNEL = 'bellwether_event'
/** Milliseconds between tries to connect again. */
const RECONNECT = 500

export interface ListenerParts {
  /** Its settings are those of the one connection that the bus holds for itself. */
  pool: pg.Pool
  log: Log
  /** A connection stands: what was announced while there was none was missed. */
  connected: (client: pg.Client) => Promise<void>
  lost: () => void
  heard: (kind: string, text: string) => void
}

/** The one connection of the bus that lasts: it hears what other processes announce and holds the lanes' locks. */
export function createListener({ pool, log, connected, lost, heard }: ListenerParts) {
  const stopping = new AbortController()
  let client: pg.Client | undefined

  async function connect(): Promise<void> {
    const { password } = pool.options // not enumerable there, so the spread leaves it out
    const next = new pg.Client({
      ...pool.options,
      ...(password === undefined ? {} : { password }),
      keepAlive: true,
      application_name: 'bellwether bus',
    })
    const gone = new Promise<void>((resolve) => {
      next.once('error', () => resolve())
      next.once('end', () => resolve())
    })
    next.on('error', () => undefined) // told by `gone`; a second one must not end the process
    try {
      await next.connect()
      next.on('notification', ({ payload = '' }) => {
        const space = payload.indexOf(' ')
        heard(payload.slice(0, space), payload.slice(space + 1))
      })
      await next.query(`listen ${CHANNEL}`)
      await connected(next)
    } catch (error) {
      await next.end().catch(() => undefined)
      throw error
    }
    client = next
    void gone.then(() => reconnect())
  }

  async function reconnect(): Promise<void> {
    client = undefined
    if (stopping.signal.aborted) return
    lost()
    log.warn('the connection of the event log was lost; connecting again')
    while (!stopping.signal.aborted) {
      try {
        return await connect()
      } catch (error) {
        log.debug({ reason: reasonOf(error) }, 'the event log cannot connect yet')
        await sleep(RECONNECT, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  return {
    start: connect,
    connected: () => client !== undefined,
    async announce(kind: string, text: string): Promise<void> {
      await client?.query('select pg_notify($1, $2)', [CHANNEL, `${kind} ${text}`])
    },
    async stop(): Promise<void> {
      stopping.abort()
      await client?.end().catch(() => undefined)
    },
  }
}
export type Listener = ReturnType<typeof createListener>
