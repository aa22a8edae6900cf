import { Redis } from 'ioredis'
import type { Log } from '../telemetry/index.ts'

/**
 * A connection that gives up quickly: cache and limits have something to fall back to, and a request must not wait for
 * a server that is gone. It reconnects by itself; each change of state is one log line.
 */
export function connectRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 1000,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
  })
  let isUp: boolean | undefined
  redis.on('ready', () => {
    if (isUp === false) log.info('redis is back')
    isUp = true
  })
  redis.on('error', (error: Error) => {
    if (isUp !== false) log.warn({ reason: error.message }, 'redis does not answer; cache and limits go on in memory')
    isUp = false
  })
  redis.connect().catch(() => undefined) // told by the listener above
  return redis
}
