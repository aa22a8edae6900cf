// Time to healthy, time to stop, and what the program keeps in memory when it has nothing to do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchOptions, median, report } from './report.ts'

const ROUNDS = 5
const SETTLE = 20_000
const root = dirname(import.meta.dirname)

export async function run(_: BenchOptions): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'bw-start-'))
  try {
    const first = await once(data)
    const later = []
    for (let round = 0; round < ROUNDS; round++) later.push(await once(data))
    const [healthy, stopped] = [median(later.map((one) => one.healthy)), median(later.map((one) => one.stopped))]
    const memory = await idleMemory(data)
    console.log(`first start   ${first.healthy.toFixed(2)} s to healthy (installed and built)`)
    console.log(`later starts  ${healthy.toFixed(2)} s to healthy (bar 5), median of ${ROUNDS}`)
    console.log(`Ctrl-C        ${stopped.toFixed(2)} s to the end of every process (bar 5)`)
    console.log(
      `idle memory   ${memory.toFixed(0)} MB over the whole tree of processes (bar 400), shared pages counted once`,
    )
    report('start', {
      firstHealthySeconds: first.healthy,
      healthySeconds: healthy,
      stopSeconds: stopped,
      idleMegabytes: memory,
    })
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** `npm start`, as a person types it. */
function start(data: string): { child: ChildProcess; url: Promise<string> } {
  const env = { ...process.env, BELLWETHER_DATA: data, BELLWETHER_PORT: '0' }
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let said = ''
  const url = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      said += chunk
      const found = /Open +(\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(said)))
  })
  return { child, url }
}

async function once(data: string): Promise<{ healthy: number; stopped: number }> {
  const began = performance.now()
  const { child, url } = start(data)
  while ((await fetch(`${await url}/api/v1/health`)).status !== 200) await sleep(20)
  const healthy = (performance.now() - began) / 1000
  return { healthy, stopped: await interrupt(child) }
}

/** Ctrl-C reaches every process of the terminal's group. */
async function interrupt(child: ChildProcess): Promise<number> {
  const pids = treeOf(child.pid as number)
  const began = performance.now()
  process.kill(-(child.pid as number), 'SIGINT')
  while (pids.some(alive)) await sleep(10)
  return (performance.now() - began) / 1000
}

async function idleMemory(data: string): Promise<number> {
  const { child, url } = start(data)
  await url
  await sleep(SETTLE)
  const bytes = treeOf(child.pid as number).reduce((sum, pid) => sum + proportionalMemory(pid), 0)
  await interrupt(child)
  return bytes / 1024 / 1024
}

function treeOf(pid: number): number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='])
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    parents.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child as number, ...below(child as number)])
  return [pid, ...below(pid)]
}

/** PSS: pages shared by several processes, such as the database's buffers, are divided among them. */
const proportionalMemory = (pid: number): number =>
  Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024

const alive = (pid: number): boolean => readdirSync('/proc').includes(String(pid))
