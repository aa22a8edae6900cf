// `npm run bench -- <name> [--data DIR] [--out DIR] [--key value …]`: one file of this folder answers one question.
import { existsSync, readdirSync } from 'node:fs'
import type { BenchOptions } from './report.ts'

const here = import.meta.dirname
const NOT_BENCHES = new Set(['main.ts', 'report.ts', 'temporary-database.ts'])
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !NOT_BENCHES.has(file))
  .map((file) => file.slice(0, -3))

const { values, positionals } = readArguments(process.argv.slice(2))
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

/** `--key value`, `--key=value` or a bare `--key`; each bench knows its own keys. */
function readArguments(args: readonly string[]): { values: BenchOptions['flags']; positionals: string[] } {
  const values: BenchOptions['flags'] = {}
  const positionals: string[] = []
  for (let index = 0; index < args.length; index++) {
    const [, key, value] = /^--([^=]+)(?:=(.*))?$/s.exec(args[index] ?? '') ?? []
    if (key === undefined) positionals.push(args[index] ?? '')
    else if (value !== undefined) values[key] = value
    else if (args[index + 1]?.startsWith('--') === false) values[key] = args[++index]
    else values[key] = true
  }
  return { values, positionals }
}
