// A Redis of one test file: its own process on its own port, gone afterwards.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'

const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'])
    return true
  } catch {
    return false
  }
})()

// biome-ignore lint/style/noProcessEnv: a switch of the test run, not a setting of the program
const mustTestAll = process.env.BELLWETHER_TEST_ALL === '1'
/** Engines a test body runs over. Without a redis-server that one is left out, unless everything must be tested. */
export const ENGINES: readonly ('memory' | 'redis')[] = hasRedis || mustTestAll ? ['memory', 'redis'] : ['memory']
if (ENGINES.length === 1) process.emitWarning('redis-server is not installed: what needs Redis is not tested')

export interface TestRedis {
  url: string
  redis: Redis
  /** Ends the server under its clients. */
  kill(): Promise<void>
  close(): Promise<void>
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort()
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  )
  const url = `redis://127.0.0.1:${port}`
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: (times) => (times > 200 ? null : 25) })
  redis.on('error', () => undefined) // until it listens, and after it was killed
  await redis.connect().catch(() => undefined)
  await redis.ping()
  return {
    url,
    redis,
    kill: () => ended(server),
    async close() {
      redis.disconnect()
      await ended(server)
    },
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
