import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

export interface KillReport {
  rounds: number
  acknowledged: number
  handled: number
  /** Acknowledged and never handled. */
  lost: number
  /** Handled more than once, by what their transactions left. */
  repeated: number
  /** Among the lost: given up on, which is told and can be replayed, yet must not happen here. */
  deadLetters: number
  /** Pairs of one key handled in another order than published. */
  inversions: number
}

export interface KillOptions {
  pool: pg.Pool
  connection: pg.ClientConfig
  rounds: number
  /** Milliseconds of load before a kill: at least and at most. */
  load: readonly [number, number]
  progress?: (round: number, acknowledged: number) => void
}

/** Numbers of one round stay below this. */
const ROUND = 1_000_000

/** Kills a process that publishes and handles, again and again, and counts what became of its facts. */
export async function killRounds({ pool, connection, rounds, load, progress }: KillOptions): Promise<KillReport> {
  await pool.query('create table bench_handled (nth bigint generated always as identity, key text, n bigint)')
  const acknowledged: string[] = []
  for (let round = 0; round < rounds; round++) {
    const [least, most] = load
    const patience = least + Math.random() * (most - least)
    acknowledged.push(...(await killed({ connection, first: round * ROUND, publish: true }, patience)))
    progress?.(round + 1, acknowledged.length)
  }
  const last = start({ connection, first: 0, publish: false })
  await drained(pool)
  last.child.kill('SIGKILL')
  await last.ended
  return { rounds, acknowledged: acknowledged.length, ...(await judge(pool, acknowledged)) }
}

interface Order {
  connection: pg.ClientConfig
  first: number
  publish: boolean
}

function start(order: Order) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const spoke = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { child, spoke, ended, said: () => said }
}

async function killed(order: Order, patience: number): Promise<string[]> {
  const { child, spoke, ended, said } = start(order)
  await Promise.race([spoke, ended])
  if (child.exitCode !== null) throw new Error(`the victim ended by itself with ${child.exitCode}`)
  await sleep(patience)
  child.kill('SIGKILL')
  await ended
  // The pipe may end in half a line: that fact was not yet acknowledged to anybody.
  return said().split('\n').slice(0, -1)
}

/** Waits until nothing is published that is not handled. */
async function drained(pool: pg.Pool): Promise<void> {
  const left = `select (select count(*) from platform.outbox) + (select count(*) from platform.parked) +
    (select count(*) from platform.event where type = 'bench.number-counted') - (select count(*) from bench_handled) -
    (select count(*) from platform.dead_letter) as left`
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(100)) {
    const { rows } = await pool.query<{ left: number }>(left)
    if (rows[0]?.left === 0) return
  }
}

async function judge(pool: pg.Pool, acknowledged: readonly string[]) {
  const { rows } = await pool.query<{ key: string; n: number }>('select key, n from bench_handled order by nth')
  const handled = new Set<string>()
  const newest = new Map<string, number>()
  let repeated = 0
  let inversions = 0
  for (const { key, n } of rows) {
    const name = `${key} ${n}`
    if (handled.has(name)) repeated++
    handled.add(name)
    if (n < (newest.get(key) ?? -1)) inversions++
    newest.set(key, n)
  }
  const { rows: dead } = await pool.query<{ count: number }>('select count(*) from platform.dead_letter')
  const deadLetters = Number(dead[0]?.count ?? 0)
  return { deadLetters, handled: handled.size, lost: acknowledged.filter((name) => !handled.has(name)).length, repeated, inversions }
}
