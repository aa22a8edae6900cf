// What the door costs: an authenticated, limited, validated GET with one database read, and the same from the cache,
// against a bare route that answers the same bytes. Load comes from a process of its own; rounds alternate, so that a
// busy moment of the machine hits all of them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchOptions, median, report } from './report.ts'

interface Served {
  bare: string[]
  read: string[]
  cached: string[]
  authorization: string
  stop(): Promise<void>
}
interface Shot {
  requestsPerSecond: number
  p50: number
  p99: number
  wrong: number
}

export async function run({ flags }: BenchOptions): Promise<void> {
  const rounds = Number(flags.rounds ?? 5)
  const seconds = Number(flags.seconds ?? 4)
  const folder = mkdtempSync(join(tmpdir(), 'bw-bench-'))
  const served = await serve(folder)
  try {
    const headers = { authorization: served.authorization }
    const rates = await compare(served, { rounds, seconds })
    const paced: Shot[] = []
    for (let round = 0; round < 3; round++)
      paced.push(await shoot({ urls: served.read, headers, seconds, perSecond: 2000 }))
    const [bare, read, cached] = [median(rates.bare), median(rates.read), median(rates.cached)]
    report('gateway', {
      bare: Math.round(bare),
      read: Math.round(read),
      cached: Math.round(cached),
      readShare: Number((read / bare).toFixed(3)),
      cachedShare: Number((cached / bare).toFixed(3)),
      wanted: { readShare: 0.25, cachedShare: 0.5, p99Ms: 50 },
      at2000PerSecond: {
        reached: Math.round(median(paced.map(({ requestsPerSecond }) => requestsPerSecond))),
        p50Ms: median(paced.map(({ p50 }) => p50)),
        p99Ms: median(paced.map(({ p99 }) => p99)),
      },
      rounds,
    })
  } finally {
    await served.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Requests per second of each, round by round. */
async function compare(served: Served, { rounds, seconds }: { rounds: number; seconds: number }) {
  const headers = { authorization: served.authorization }
  const rates: Record<'bare' | 'read' | 'cached', number[]> = { bare: [], read: [], cached: [] }
  for (const urls of [served.bare, served.read, served.cached]) await shoot({ urls, headers, seconds: 3 })
  for (let round = 0; round < rounds; round++) {
    for (const name of ['bare', 'read', 'cached'] as const) {
      const { requestsPerSecond, wrong } = await shoot({ urls: served[name], headers, seconds })
      if (wrong > 0) throw new Error(`${name}: ${wrong} answers were not 200`)
      rates[name].push(requestsPerSecond)
    }
    const [bare, read, cached] = [rates.bare, rates.read, rates.cached].map((list) => Math.round(list.at(-1) ?? 0))
    console.log(`round ${round + 1}: bare ${bare}/s, one read ${read}/s, from cache ${cached}/s`)
  }
  return rates
}

/** Both servers in one process of their own, as they would run. */
async function serve(folder: string): Promise<Served> {
  const child = fork(join(import.meta.dirname, 'gateway/server.ts'), [folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [told] = (await once(child, 'message')) as [Omit<Served, 'stop'>]
  return {
    ...told,
    async stop() {
      child.send('stop')
      await once(child, 'exit')
    },
  }
}

async function shoot(job: {
  urls: string[]
  headers: Record<string, string>
  seconds: number
  perSecond?: number
}): Promise<Shot> {
  const child = fork(join(import.meta.dirname, 'gateway/load.ts'), [JSON.stringify(job)])
  const [shot] = (await once(child, 'message')) as [Shot]
  if (child.exitCode === null) await once(child, 'exit')
  return shot
}
