import { readFileSync } from 'node:fs'
import { type Config, SETTINGS, type Setting } from './settings.ts'

/** Everything wrong with the configuration, found in one go. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `${problems[0]}`
        : `the configuration has ${problems.length} errors:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** `BELLWETHER_…` names that are not settings of the server but of the programs around it. */
const NEIGHBOURS = new Set(['BELLWETHER_CONFIG', 'BELLWETHER_URL', 'BELLWETHER_TOKEN'])
const entries = Object.entries(SETTINGS) as [keyof Config, Setting][]

/**
 * The one place that reads the environment. A setting comes from the environment, else from the JSON file named by
 * `BELLWETHER_CONFIG`, else its default; an empty variable counts as not set.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const file = readFile(env.BELLWETHER_CONFIG, problems)
  unknownKeys(env, file, problems)
  const config: Record<string, unknown> = {}
  for (const [key, { env: name, shape, secret }] of entries) {
    const fromEnv = env[name] === '' ? undefined : env[name]
    const parsed = shape.safeParse(fromEnv ?? file[key])
    if (parsed.success) config[key] = parsed.data
    else
      for (const issue of parsed.error.issues)
        problems.push(explain(name, key, { issue: issue.message, value: fromEnv ?? file[key], secret }))
  }
  if (Boolean(config.tlsCert) !== Boolean(config.tlsKey))
    problems.push('BELLWETHER_TLS_CERT and BELLWETHER_TLS_KEY must be given together')
  if (problems.length > 0) throw new ConfigError(problems)
  return config as Config
}

function explain(
  name: string,
  key: string,
  { issue, value, secret }: { issue: string; value: unknown; secret: true | undefined },
): string {
  const got = secret ? '' : `, got ${JSON.stringify(value)}`
  return `${name} (${key}): ${issue}${got}`
}

function readFile(path: string | undefined, problems: string[]): Record<string, unknown> {
  if (!path) return {}
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (parsed && typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as Record<string, unknown>
    problems.push(`${path} must hold one JSON object`)
  } catch (error) {
    problems.push(`${path} cannot be read: ${(error as Error).message}`)
  }
  return {}
}

function unknownKeys(env: Record<string, string | undefined>, file: Record<string, unknown>, problems: string[]): void {
  const names = new Set([...entries.map(([, { env: name }]) => name), ...NEIGHBOURS])
  for (const name of Object.keys(env)) {
    if (name.startsWith('BELLWETHER_') && !names.has(name))
      problems.push(`${name} is not a setting; did you mean ${nearest(name, names)}?`)
  }
  const keys = new Set<string>(entries.map(([key]) => key))
  for (const key of Object.keys(file)) {
    if (!keys.has(key))
      problems.push(`"${key}" in the configuration file is not a setting; did you mean "${nearest(key, keys)}"?`)
  }
}

/** The known name with the fewest changed letters. */
export function nearest(name: string, known: Iterable<string>): string {
  let best = ''
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swap))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
