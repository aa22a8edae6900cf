import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterEach, expect, test } from 'vitest'
import config from '../.dependency-cruiser.mjs'

const root = dirname(import.meta.dirname)
const PACKAGES = ['contract/src', 'numerics/src', 'server/src', 'web/src', 'cli/src']

async function violations(
  baseDir: string,
  paths: string[],
): Promise<{ found: { rule: string; from: string; to: string }[]; result: ICruiseResult }> {
  const { output } = await cruise(paths, {
    ...config.options,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
    baseDir,
  } as Parameters<typeof cruise>[1])
  const result = output as ICruiseResult
  return { result, found: result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })) }
}

let planted: string | undefined
afterEach(() => {
  if (planted) rmSync(planted, { recursive: true, force: true })
})

/** A small tree with the given files; inside the repository, so that packages resolve as they do for real. */
async function plant(files: Record<string, string>): Promise<string[]> {
  mkdirSync(join(root, 'artefacts'), { recursive: true })
  const folder = mkdtempSync(join(root, 'artefacts', 'planted-'))
  planted = folder
  for (const [path, text] of Object.entries({ ...GROUND, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return (await violations(folder, ['.'])).found.map(({ rule }) => rule)
}

const NOTHING = 'export const nothing = 1\n'
/** What the plants import; obeys every rule by itself. */
const GROUND: Record<string, string> = {
  'contract/src/sentinel/calendar.ts': NOTHING,
  'numerics/src/statistics/index.ts': NOTHING,
  'server/src/app.ts': NOTHING,
  'server/src/platform/index.ts': NOTHING,
  'server/src/platform/gateway/index.ts': NOTHING,
  'server/src/platform/gateway/hidden.ts': NOTHING,
  'server/src/platform/storage/index.ts': NOTHING,
  'server/src/sentinel/index.ts': NOTHING,
  'server/src/sentinel/calendar/rules.ts': NOTHING,
  'server/src/sentinel/calendar/store.ts': NOTHING,
  'server/src/sentinel/calendar/client.ts': NOTHING,
  'server/src/sentinel/calendar/service.ts': NOTHING,
  'server/src/sentinel/calendar/routes.ts': NOTHING,
  'server/src/sentinel/calendar/calendar.test.ts': NOTHING,
  'server/src/bizops/index.ts': NOTHING,
  'web/src/app/router.ts': NOTHING,
  'web/src/ui/button.ts': NOTHING,
  'web/src/lib/api.ts': NOTHING,
  'web/src/sentinel/calendar/page.ts': NOTHING,
}
const use = (path: string) => `import { nothing } from '${path}'\nexport const used = nothing\n`
const useType = (path: string) => `import type { nothing } from '${path}'\nexport type Used = typeof nothing\n`

const DOWNWARD = ['copilot', 'bizops', 'sentinel', 'learning', 'platform'].map((lower, index) => {
  const higher = ['integration', 'copilot', 'bizops', 'sentinel', 'learning'][index] as string
  return [
    `${lower}-calls-down`,
    { [`server/src/${higher}/index.ts`]: NOTHING, [`server/src/${lower}/index.ts`]: use(`../${higher}/index.ts`) },
  ] as const
})

const PLANTS: (readonly [rule: string, files: Record<string, string>])[] = [
  ['no-cycles', { 'contract/src/a.ts': useType('./b.ts'), 'contract/src/b.ts': useType('./a.ts') }],
  [
    'no-orphan-names',
    { 'server/src/sentinel/utils/index.ts': NOTHING, 'server/src/sentinel/index.ts': use('./utils/index.ts') },
  ],
  ['contract-is-a-leaf', { 'contract/src/a.ts': use('../../numerics/src/statistics/index.ts') }],
  [
    'numerics-is-pure',
    { 'numerics/src/a.ts': "import { readFileSync } from 'node:fs'\nexport const used = readFileSync\n" },
  ],
  ['server-knows-no-client', { 'server/src/app.ts': use('../../web/src/lib/api.ts') }],
  ['web-knows-only-the-contract', { 'web/src/lib/a.ts': useType('../../../server/src/app.ts') }],
  ['web-runs-in-a-browser', { 'web/src/lib/a.ts': "import { join } from 'node:path'\nexport const used = join\n" }],
  ['cli-knows-only-the-contract', { 'cli/src/a.ts': use('../../server/src/app.ts') }],
  ['root-is-for-the-process', { 'server/src/sentinel/index.ts': use('../app.ts') }],
  ...DOWNWARD,
  ['face-only', { 'server/src/bizops/index.ts': use('../sentinel/calendar/rules.ts') }],
  ['room-face-only', { 'server/src/platform/flags/index.ts': use('../gateway/hidden.ts') }],
  ['rooms-know-no-platform', { 'server/src/platform/flags/index.ts': useType('../index.ts') }],
  ['siblings-do-not-meet', { 'server/src/sentinel/metrics/service.ts': use('../calendar/service.ts') }],
  ['slices-leave-the-context-alone', { 'server/src/sentinel/metrics/service.ts': use('../index.ts') }],
  ['rules-are-pure', { 'server/src/sentinel/calendar/rules.ts': use('../../platform/storage/index.ts') }],
  ['store-knows-only-sql', { 'server/src/sentinel/calendar/store.ts': use('./service.ts') }],
  ['client-knows-only-the-outside', { 'server/src/sentinel/calendar/client.ts': use('./store.ts') }],
  ['service-knows-no-http', { 'server/src/sentinel/calendar/service.ts': use('../../platform/gateway/index.ts') }],
  ['routes-know-no-sql', { 'server/src/sentinel/calendar/routes.ts': use('./store.ts') }],
  [
    'only-stores-know-sql',
    { 'server/src/sentinel/calendar/service.ts': "import { sql } from 'kysely'\nexport const used = sql\n" },
  ],
  ['only-routes-know-the-wire', { 'server/src/sentinel/calendar/rules.ts': use('../../platform/gateway/index.ts') }],
  [
    'only-clients-call-out',
    {
      'server/src/sentinel/calendar/service.ts': "import { request } from 'node:https'\nexport const used = request\n",
    },
  ],
  ['tests-stay-tests', { 'server/src/sentinel/calendar/service.ts': use('./calendar.test.ts') }],
  ['web-features-do-not-meet', { 'web/src/sentinel/metrics/page.ts': use('../calendar/page.ts') }],
  ['web-features-know-no-pages', { 'web/src/sentinel/calendar/page.ts': use('../../app/router.ts') }],
  ['web-ground-knows-no-features', { 'web/src/ui/button.ts': use('../sentinel/calendar/page.ts') }],
  ['web-lib-knows-no-ui', { 'web/src/lib/api.ts': use('../ui/button.ts') }],
  ['resolvable', { 'contract/src/a.ts': use('./absent.ts') }],
]

test('the tree obeys', async () => {
  const { found, result } = await violations(root, PACKAGES)
  expect(found).toEqual([])
  expect(result.summary.totalCruised).toBeGreaterThan(100)
})

test('imports by package name are seen', async () => {
  const { result } = await violations(root, PACKAGES)
  const edges = result.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => `${source} → ${resolved}`),
  )
  expect(edges).toContain('server/src/sentinel/calendar/routes.ts → contract/src/sentinel/calendar.ts')
})

test('a tree that obeys raises nothing', async () => {
  expect(
    await plant({
      'server/src/sentinel/calendar/routes.ts': use('./service.ts'),
      'server/src/bizops/index.ts': use('../sentinel/index.ts'),
    }),
  ).toEqual([])
})

for (const [rule, files] of PLANTS) {
  test(`${rule} catches its violation`, async () => {
    expect(await plant(files)).toContain(rule)
  })
}

test('every rule has a planted violation', () => {
  const planted = new Set(PLANTS.map(([rule]) => rule))
  expect(config.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([])
})
