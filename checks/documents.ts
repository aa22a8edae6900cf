// Documents made from the code. `npm run fix` writes them; documents.test.ts fails when one is out of date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import config from '../.dependency-cruiser.mjs'
import { SETTINGS } from '../server/src/platform/config/index.ts'
import { root } from './source.ts'

export interface Document {
  path: string
  /** Only what stands between the two marks of this name is made; without it the whole file is. */
  block?: string
  text: string
}

export const documents = async (): Promise<Document[]> => [
  { path: 'docs/operations/settings.md', text: settings() },
  { path: 'ARCHITECTURE.md', block: 'diagram', text: await diagram() },
]

/** The file with its made part replaced. */
export function merged({ block, text }: Document, before: string): string {
  if (!block) return text
  const [open, close] = [`<!-- made: ${block} -->`, `<!-- end: ${block} -->`]
  const [start, end] = [before.indexOf(open), before.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`the marks ${open} and ${close} are missing`)
  return `${before.slice(0, start + open.length)}\n${text}\n${before.slice(end)}`
}

function settings(): string {
  const rows = Object.entries(SETTINGS).map(([key, { env, shape, says, secret }]) => {
    const byDefault = shape.safeParse(undefined)
    const value =
      byDefault.success && byDefault.data !== undefined ? `\`${[byDefault.data].flat().join(',') || '(empty)'}\`` : '–'
    return `| \`${env}\` | \`${key}\` | ${value} | ${says}${secret ? ' *Secret.*' : ''} |`
  })
  return `# Settings

Made from the code by \`npm run fix\`. A setting comes from the environment, else from the JSON file that
\`BELLWETHER_CONFIG\` names (by the key of the second column), else it has its default. A name that is not in this table
is refused at start, with the nearest one that is.

| environment | file | default | what it does |
|---|---|---|---|
${rows.join('\n')}
`
}

/** Who imports whom, a box for each context and room, an arrow for each pair. */
async function diagram(): Promise<string> {
  const { output } = await cruise(['server/src', 'web/src', 'cli/src', 'contract/src', 'numerics/src'], {
    ...config.options,
    baseDir: root,
  } as Parameters<typeof cruise>[1])
  const edges = new Set<string>()
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    if (source.includes('.test.')) continue
    for (const { resolved } of dependencies) {
      const [from, to] = [boxOf(source), boxOf(resolved)]
      if (from && to && from !== to) edges.add(`  ${from} --> ${to}`)
    }
  }
  return ['```mermaid', 'flowchart TD', ...[...edges].sort(), '```'].join('\n')
}

function boxOf(path: string): string | undefined {
  const [pack, , context] = path.split('/')
  if (pack === 'server')
    return context?.includes('.') ? (/^(app|main|serve)\.ts$/.test(context) ? 'app' : undefined) : context
  return ['web', 'cli', 'contract', 'numerics'].includes(pack ?? '') ? pack : undefined
}

if (process.argv.includes('--write')) {
  const { readFileSync } = await import('node:fs')
  for (const document of await documents()) {
    const path = join(root, document.path)
    writeFileSync(path, merged(document, document.block ? readFileSync(path, 'utf8') : ''))
  }
}
