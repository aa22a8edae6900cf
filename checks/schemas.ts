import type { Source } from './source.ts'

/** Each context owns the PostgreSQL schema of its own name; these are all there are. */
export const SCHEMAS = ['platform', 'learning', 'sentinel', 'bizops', 'copilot', 'integration', 'pgboss']

const NAMED = new RegExp(`\\b(${SCHEMAS.join('|')})\\.("?[a-z_][a-z0-9_]*)`, 'g')
/** SQL in TypeScript: `sql` templates, and the table names given to the query builder. */
const TEMPLATE = /\bsql(?:<[^`]*?>)?`([^`]*)`/g
const BUILDER =
  /\.(?:selectFrom|insertInto|updateTable|deleteFrom|innerJoin|leftJoin|rightJoin|fullJoin|mergeInto|using|withTables)(?:<\{[^}]*)?\(?\s*\[?\s*['"`]([^'"`]+)['"`]/g
const TABLES_TYPE = /withTables<\{([\s\S]*?)\}>/g

export interface Trespass {
  path: string
  schema: string
  table: string
}

/** Tables of another schema that a context's SQL names: in migrations, SQL templates and the query builder. */
export function trespasses({ path, text }: Source): Trespass[] {
  const own = /^server\/src\/([^/]+)\//.exec(path)?.[1]
  if (!own) return []
  return sqlOf(path, text)
    .flatMap((sql) => [...sql.matchAll(NAMED)])
    .map(([, schema = '', table = '']) => ({ path, schema, table }))
    .filter(({ schema }) => schema !== own && !(own === 'platform' && schema === 'pgboss'))
}

function sqlOf(path: string, text: string): string[] {
  if (path.endsWith('.sql')) return [text.replace(/--.*$/gm, '')]
  return [TEMPLATE, BUILDER, TABLES_TYPE].flatMap((pattern) => [...text.matchAll(pattern)].map(([, sql = '']) => sql))
}
