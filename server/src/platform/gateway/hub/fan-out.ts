import type pg from 'pg'
import { reasonOf } from '../../errors/index.ts'
import type { Log } from '../../telemetry/index.ts'

const CHANNEL = 'bellwether_live'
/** Bytes PostgreSQL carries in one notification, with room for its own. */
const LARGEST = 7900
const RETRY_MS = 1000

export interface FanOut {
  /** Hands a text to every process, this one included, in one order for all. */
  send(text: string): void
  /** Whether a text is small enough to be handed over. */
  fits(text: string): boolean
  start(): Promise<() => Promise<void>>
}

export interface FanOutParts {
  pool: pg.Pool
  log: Log
  receive: (text: string) => void
  /** The line was down: texts of others may have been missed. */
  missed: () => void
}

/** Carries live messages between processes by LISTEN and NOTIFY. */
export function createFanOut({ pool, log, receive, missed }: FanOutParts): FanOut {
  let listening: pg.PoolClient | undefined
  let stopped = true
  let waiting: string[] = []
  let sending: Promise<void> = Promise.resolve()
  let retry: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    const client = await pool.connect()
    client.on('notification', ({ payload }) => {
      if (payload) receive(payload)
    })
    client.once('error', () => reconnect(client))
    client.once('end', () => reconnect(client))
    await client.query(`listen ${CHANNEL}`)
    listening = client
  }

  function reconnect(client: pg.PoolClient): void {
    if (stopped || listening !== client) return
    listening = undefined
    client.release(true)
    log.warn('the line for live messages broke; each process goes on alone until it is back')
    again()
  }

  function again(): void {
    retry = setTimeout(() => {
      listen().then(missed, again)
    }, RETRY_MS)
    retry.unref()
  }

  async function flush(): Promise<void> {
    const texts = waiting
    waiting = []
    if (texts.length === 0) return
    try {
      await pool.query('select pg_notify($1, text) from unnest($2::text[]) as text', [CHANNEL, texts])
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'live messages did not reach the other processes')
      for (const text of texts) receive(text)
    }
  }

  return {
    fits: (text) => Buffer.byteLength(text) <= LARGEST,
    send(text) {
      if (!listening) {
        receive(text)
        return
      }
      waiting.push(text)
      if (waiting.length === 1) sending = sending.then(flush)
    },
    async start() {
      stopped = false
      await listen()
      return async () => {
        stopped = true
        clearTimeout(retry)
        await sending
        listening?.removeAllListeners('notification')
        listening?.release(true)
        listening = undefined
      }
    },
  }
}
