// The walls of ARCHITECTURE.md as rules. None names a feature, so a new slice is guarded from birth.
// checks/boundaries.test.ts plants a violation of each and expects it to be caught.

/** From the top of the house to its ground: each may call those after it. */
const CONTEXTS = ['integration', 'copilot', 'bizops', 'sentinel', 'learning', 'platform']
const PACKAGES = ['contract', 'numerics', 'server', 'web', 'cli']
const TEST = '(\\.test\\.tsx?$|/testdata/|/test-[\\w-]+\\.ts$|^server/src/testing[\\w-]*\\.ts$)'
const product = (path) => ({ path, pathNot: TEST })
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
const allBut = (...kept) => `^(${PACKAGES.filter((name) => !kept.includes(name)).join('|')})/`

const downward = CONTEXTS.slice(1).map((context, index) =>
  forbid(
    `${context}-calls-down`,
    `${context} must not import ${CONTEXTS.slice(0, index + 1).join(', ')}: facts go up as events, requests go down as calls`,
    product(`^server/src/${context}/`),
    { path: `^server/src/(${CONTEXTS.slice(0, index + 1).join('|')})/` },
  ),
)

const slice = '^server/src/(?!platform/)([^/]+)/([^/]+)/'
const role = (name) => `^server/src/(?!platform/)[^/]+/[^/]+/${name}\\.ts$`

export default {
  forbidden: [
    forbid('no-cycles', 'Two modules that need each other are one, or need a third', {}, { circular: true }),
    forbid(
      'no-orphan-names',
      'No folder without a subject',
      {},
      { path: '/(utils?|common|shared|helpers?|core|misc)/', pathNot: 'node_modules/' },
    ),

    forbid('contract-is-a-leaf', 'contract imports only zod', product('^contract/'), {
      pathNot: ['^contract/', 'node_modules/zod/'],
    }),
    forbid('numerics-is-pure', 'numerics imports nothing: no package, no I/O', product('^numerics/'), {
      pathNot: '^numerics/',
    }),
    forbid(
      'server-knows-no-client',
      'server imports only contract and numerics',
      { path: '^server/' },
      { path: '^(web|cli)/' },
    ),
    forbid('web-knows-only-the-contract', 'web reaches the server by contract only', product('^web/src/'), {
      path: allBut('contract', 'numerics', 'web'),
    }),
    forbid('web-runs-in-a-browser', 'web must not import Node modules', product('^web/src/'), {
      dependencyTypes: ['core'],
    }),
    forbid(
      'cli-knows-only-the-contract',
      'cli reaches the server by contract, and starts it by its entry',
      product('^cli/'),
      {
        path: allBut('contract', 'numerics', 'cli'),
        pathNot: ['^server/src/serve\\.ts$', '^server/src/platform/audit/verify\\.ts$'],
      },
    ),

    forbid(
      'root-is-for-the-process',
      'Only main, tests and the program that starts it see the composition root',
      product('^server/src/[^/]+/'),
      { path: '^server/src/[^/]+\\.ts$' },
    ),
    ...downward,
    forbid('face-only', 'A context is entered by its index.ts', product('^server/src/([^/]+)/'), {
      path: '^server/src/[^/]+/',
      pathNot: ['^server/src/$1/', '^server/src/[^/]+/index\\.ts$', '^server/src/platform/[^/]+/index\\.ts$'],
    }),
    forbid(
      'room-face-only',
      'A room of the platform is entered by its index.ts',
      product('^server/src/platform/([^/]+)/'),
      {
        path: '^server/src/platform/[^/]+/',
        pathNot: ['^server/src/platform/$1/', '^server/src/platform/[^/]+/index\\.ts$'],
      },
    ),
    forbid(
      'rooms-know-no-platform',
      'A room names the rooms it needs, not the whole platform',
      product('^server/src/platform/[^/]+/'),
      { path: '^server/src/platform/[^/]+\\.ts$' },
    ),
    forbid('siblings-do-not-meet', "Slices meet in their context's index.ts", product(slice), {
      path: '^server/src/$1/[^/]+/',
      pathNot: '^server/src/$1/$2/',
    }),
    forbid('slices-leave-the-context-alone', "A slice does not import its context's face", product(slice), {
      path: '^server/src/$1/[^/]+\\.ts$',
    }),

    forbid('rules-are-pure', 'rules decide: no I/O, no SQL, no HTTP', product(role('rules')), {
      pathNot: [
        '^contract/',
        '^numerics/',
        '/rules\\.ts$',
        '/[\\w-]+-rules\\.ts$',
        '^server/src/platform/(errors|access)/index\\.ts$',
      ],
    }),
    forbid('store-knows-only-sql', 'store is called by service, never the other way', product(role('store')), {
      path: '/(routes|service|client)\\.ts$',
    }),
    forbid('client-knows-only-the-outside', 'client is called by service', product(role('client')), {
      path: '/(routes|service|store)\\.ts$',
    }),
    forbid('service-knows-no-http', 'service is called by routes, never the other way', product(role('service')), {
      path: ['/routes\\.ts$', '^server/src/platform/gateway/', 'node_modules/(fastify|@fastify)/'],
    }),
    forbid('routes-know-no-sql', 'routes call the service', product(role('routes')), {
      path: ['/(store|client)\\.ts$', '^server/src/platform/storage/', 'node_modules/(kysely|pg)/'],
    }),
    forbid(
      'only-stores-know-sql',
      'SQL stands in store.ts',
      { path: slice, pathNot: [TEST, '/store\\.ts$', '/[\\w-]+-store\\.ts$'] },
      { path: 'node_modules/(kysely|pg|pg-copy-streams)/' },
    ),
    forbid(
      'only-routes-know-the-wire',
      'HTTP stands in routes.ts',
      { path: slice, pathNot: [TEST, '/routes\\.ts$', '/[\\w-]+-routes\\.ts$'] },
      { path: ['^server/src/platform/gateway/', 'node_modules/(fastify|@fastify)/'] },
    ),
    forbid(
      'only-clients-call-out',
      'Outside services are called by client.ts',
      { path: slice, pathNot: [TEST, '/client\\.ts$', '/[\\w-]+-client\\.ts$'] },
      { path: '^(node:)?(https?|net|tls|dgram|undici)$' },
    ),

    forbid(
      'tests-stay-tests',
      'Product code does not import tests',
      { pathNot: TEST },
      { path: TEST, pathNot: '^server/src/test-database\\.ts$' },
    ),

    forbid(
      'web-features-do-not-meet',
      'Features meet in web/src/app',
      product('^web/src/(?!app/|ui/|lib/)([^/]+/[^/]+)/'),
      {
        path: '^web/src/(?!app/|ui/|lib/)[^/]+/[^/]+/',
        pathNot: '^web/src/$1/',
      },
    ),
    forbid(
      'web-features-know-no-pages',
      'Pages compose features, not the other way',
      product('^web/src/(?!app/)[^/]+/'),
      {
        path: '^web/src/app/',
      },
    ),
    forbid('web-ground-knows-no-features', 'ui and lib know no feature', product('^web/src/(ui|lib)/'), {
      path: '^web/src/(?!ui/|lib/)',
    }),
    forbid('web-lib-knows-no-ui', 'lib is below ui', product('^web/src/lib/'), { path: '^web/src/ui/' }),

    forbid('resolvable', 'Every import leads somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(contract|numerics|server|web|cli)/dist/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
