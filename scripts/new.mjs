// `npm run new sentinel/orders`: a slice in its four places that passes `npm run check`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { node, root, run, say } from './console.mjs'

const CONTEXTS = ['learning', 'sentinel', 'bizops', 'copilot', 'integration']
const [path = ''] = process.argv.slice(2)
const [context, feature, ...rest] = path.split('/')
if (rest.length > 0 || !CONTEXTS.includes(context) || !/^[a-z][a-z0-9-]*$/.test(feature ?? '')) {
  say(`Name a slice as context/feature, in kebab-case: npm run new sentinel/orders\nContexts: ${CONTEXTS.join(', ')}`)
  process.exit(2)
}

const camel = feature.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const Pascal = camel[0].toUpperCase() + camel.slice(1)
const Context = context[0].toUpperCase() + context.slice(1)
const table = `${context}.${feature.replaceAll('-', '_')}`
const contextIsNew = !existsSync(join(root, 'server/src', context, 'index.ts'))

const files = {
  [`contract/src/${context}/${feature}.ts`]: `import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { PageQuery, page } from '../page.ts'

export const ${Pascal} = z.object({
  id: z.uuid(),
  /** Business area it belongs to; grants are given per domain. */
  domain: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(200),
})
export type ${Pascal} = z.output<typeof ${Pascal}>
export const New${Pascal} = ${Pascal}.omit({ id: true })
export type New${Pascal} = z.output<typeof New${Pascal}>

export const list${Pascal} = endpoint('GET /api/v1/${feature}', {
  can: '${feature}:read',
  summary: 'All ${feature}, by id',
  query: PageQuery,
  answers: page(${Pascal}),
})

export const add${Pascal} = endpoint('POST /api/v1/${feature}', {
  can: '${feature}:write',
  summary: 'Add one',
  body: New${Pascal},
  answers: ${Pascal},
  status: 201,
})
`,
  [`server/src/${context}/${feature}/store.ts`]: `import type { ${Pascal} } from '@bellwether/contract/${context}/${feature}'
import { inDomains } from '../../platform/paging/index.ts'
import type { Db } from '../../platform/storage/index.ts'

interface ${Pascal}Query {
  domains: 'all' | readonly string[]
  after: readonly string[] | undefined
  limit: number
}

export function create${Pascal}Store(untyped: Db) {
  const db = untyped.withTables<{ '${table}': ${Pascal} }>()
  return {
    list({ domains, after, limit }: ${Pascal}Query): Promise<${Pascal}[]> {
      let query = db.selectFrom('${table}').selectAll().where(inDomains(domains))
      if (after) query = query.where('id', '>', after[0] ?? '')
      return query.orderBy('id').limit(limit).execute()
    },
    async insert(row: ${Pascal}): Promise<void> {
      await db.insertInto('${table}').values(row).execute()
    },
  }
}
`,
  [`server/src/${context}/${feature}/service.ts`]: `import type { Page } from '@bellwether/contract/page'
import type { New${Pascal}, ${Pascal} as Item } from '@bellwether/contract/${context}/${feature}'
import { allows, domainsOf, type Principal } from '../../platform/access/index.ts'
import { forbidden } from '../../platform/errors/index.ts'
import type { Platform } from '../../platform/index.ts'
import { CURSOR, pageOf, readCursor } from '../../platform/paging/index.ts'
import { create${Pascal}Store } from './store.ts'

export function create${Pascal}({ db, audit, newId }: Pick<Platform, 'db' | 'audit' | 'newId'>) {
  const store = create${Pascal}Store(db)
  return {
    async list({ cursor, limit }: { cursor?: string | undefined; limit: number }, who: Principal): Promise<Page<Item>> {
      const after = readCursor(cursor, [CURSOR.id])
      const rows = await store.list({ after, domains: domainsOf(who, '${feature}:read'), limit: limit + 1 })
      return pageOf(rows, limit, (last) => [last.id])
    },
    async add(input: New${Pascal}, who: Principal): Promise<Item> {
      if (!allows(who, '${feature}:write', input.domain)) throw forbidden(\`you may not change \${input.domain}\`)
      const item = { id: newId(), ...input }
      await db.transaction().execute(async (tx) => {
        await create${Pascal}Store(tx).insert(item)
        await audit.record(tx, {
          action: '${feature}.added',
          object: { type: '${feature}', id: item.id, domain: item.domain },
          after: item,
        })
      })
      return item
    },
  }
}
export type ${Pascal} = ReturnType<typeof create${Pascal}>
`,
  [`server/src/${context}/${feature}/routes.ts`]: `import * as wire from '@bellwether/contract/${context}/${feature}'
import { routes } from '../../platform/gateway/index.ts'
import type { ${Pascal} } from './service.ts'

export const ${camel}Routes = (${camel}: ${Pascal}) =>
  routes((r) => {
    r.on(wire.list${Pascal}, ({ query, principal }) => ${camel}.list(query, principal))
    r.on(wire.add${Pascal}, ({ body, principal }) => ${camel}.add(body, principal))
  })
`,
  [`server/src/${context}/${feature}/${feature}.test.ts`]: `import { add${Pascal}, list${Pascal} } from '@bellwether/contract/${context}/${feature}'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

test('what is added is listed, to those who may see it', async () => {
  const added = await app.ask(add${Pascal}, { body: { domain: 'payments', name: 'First' } }, everywhere('analyst'))
  expect((await app.ask(list${Pascal}, {}, everywhere('viewer'))).items).toEqual([added])
  expect((await app.ask(list${Pascal}, {}, person({ role: 'viewer', domain: 'other' }))).items).toEqual([])
})
`,
  [`cli/src/${context}/${feature}.ts`]: `import { list${Pascal}, type ${Pascal} } from '@bellwether/contract/${context}/${feature}'
import { Command } from 'commander'
import { clientOf, globalsOf } from '../command.ts'
import { allPages } from '../paging.ts'
import { type Column, show } from '../terminal.ts'

const COLUMNS: readonly Column<${Pascal}>[] = [
  ['Name', (item) => item.name],
  ['Domain', (item) => item.domain],
]

export const ${camel}Command = () =>
  new Command('${feature}').description('list ${feature}').action(async (_: unknown, command: Command) => {
    const client = clientOf(command)
    const items = await allPages((cursor) => client.call(list${Pascal}, { query: { cursor } }))
    show(items, COLUMNS, { ...globalsOf(command), empty: 'There are none yet.' })
  })
`,
}

const migrations = join(root, 'server/src', context, 'migrations')
const next = String(nextMigration()).padStart(4, '0')
files[`server/src/${context}/migrations/${next}-${feature}.sql`] =
  `${contextIsNew ? `create schema ${context};\n\n` : ''}create table ${table} (
  id uuid primary key,
  domain text not null,
  name text not null
);
`
if (contextIsNew) {
  files[`server/src/${context}/index.ts`] = `import type { Platform } from '../platform/index.ts'
import { migrationsIn } from '../platform/storage/index.ts'
import { ${camel}Routes } from './${feature}/routes.ts'
import { create${Pascal} } from './${feature}/service.ts'

export const ${context}Migrations = migrationsIn('${context}', import.meta.dirname)

export function create${Context}(platform: Platform) {
  const ${camel} = create${Pascal}(platform)
  return { routes: [${camel}Routes(${camel})] }
}
`
  files[`server/src/${context}/README.md`] = `# ${context}

| slice | what |
|---|---|
| ${feature} | |

Facts out: none yet. Facts in: none yet.
`
}

const taken = Object.keys(files).filter((file) => existsSync(join(root, file)))
if (taken.length > 0) {
  say(`There is something already: ${taken.join(', ')}`)
  process.exit(1)
}
for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
wire()
await run(node, [
  join(root, 'node_modules/@biomejs/biome/bin/biome'),
  'check',
  '--write',
  '--vcs-enabled=false',
  ...Object.keys(files),
  'server/src/app.ts',
  'cli/src/main.ts',
  `server/src/${context}/index.ts`,
])
say(
  `${Object.keys(files)
    .map((file) => `  ${file}`)
    .join(
      '\n',
    )}\n\nWired into server/src/app.ts and cli/src/main.ts. The page in the web app: web/src/${context}/${feature}/.`,
)

/** Adds the lines that name the slice: in its context's face, in the composition root, on the command line. */
function wire() {
  edit('cli/src/main.ts', [
    [/\nimport \{ colours, say \}/, `\nimport { ${camel}Command } from './${context}/${feature}.ts'$&`],
    [/\n {2}calendarCommand\(\),/, `$&\n  ${camel}Command(),`],
  ])
  if (contextIsNew) {
    edit('server/src/app.ts', [
      [
        /\nimport \{ createSentinel/,
        `\nimport { create${Context}, ${context}Migrations } from './${context}/index.ts'$&`,
      ],
      [/sentinelMigrations\]/, `sentinelMigrations, ${context}Migrations]`],
      [/( *)const sentinel = createSentinel\(platform\)\n/, `$&$1const ${context} = create${Context}(platform)\n`],
      [/\.\.\.sentinel\.routes\.flat\(\)/, `$&, ...${context}.routes.flat()`],
    ])
    return
  }
  edit(`server/src/${context}/index.ts`, [
    [
      /\n\nexport/,
      `\nimport { ${camel}Routes } from './${feature}/routes.ts'\nimport { create${Pascal} } from './${feature}/service.ts'$&`,
    ],
    [/\n {2}return \{/, `\n  const ${camel} = create${Pascal}(platform)$&`],
    [/routes: \[/, `$&${camel}Routes(${camel}), `],
  ])
}

function edit(file, changes) {
  let text = readFileSync(join(root, file), 'utf8')
  for (const [pattern, replacement] of changes) {
    if (!pattern.test(text)) say(`${file}: add the slice by hand, ${pattern} was not found`)
    text = text.replace(pattern, replacement)
  }
  writeFileSync(join(root, file), text)
}

function nextMigration() {
  const names = existsSync(migrations) ? readdirSync(migrations) : []
  return Math.max(0, ...names.map((name) => Number(name.slice(0, 4)) || 0)) + 1
}
