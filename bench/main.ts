// `npm run bench -- <name> [--data DIR] [--out DIR] [--key value …]`: one file of this folder answers one question.
import { existsSync, readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { BenchOptions } from './report.ts'

const here = import.meta.dirname
const NOT_BENCHES = new Set(['main.ts', 'report.ts', 'temporary-database.ts'])
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !NOT_BENCHES.has(file))
  .map((file) => file.slice(0, -3))

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  strict: false,
  options: { data: { type: 'string' }, out: { type: 'string' } },
})
const [name, ...rest] = positionals
if (!name || !existsSync(`${here}/${name}.ts`)) {
  console.error(`${name ? `There is no bench "${name}".` : 'Name a bench.'} Benches: ${names.join(', ')}`)
  process.exit(2)
}
const options: BenchOptions = {
  data: String(values.data ?? process.env.BENCH_DATA ?? '../shared/data'),
  ...(typeof values.out === 'string' ? { out: values.out } : {}),
  flags: values as BenchOptions['flags'],
  args: rest,
}
const bench = (await import(`./${name}.ts`)) as { run(options: BenchOptions): Promise<void> }
await bench.run(options)
