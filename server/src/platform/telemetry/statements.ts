import type pg from 'pg'
import type { PoolClient } from 'pg'
import { currentTraceparent, isTracing, traced } from './traces.ts'

type Query = (...given: unknown[]) => unknown

/** Makes each statement that runs inside a traced piece of work a span of it; parameters are never recorded. */
export function traceStatements(pool: pg.Pool): void {
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as Query
    const traceable = (...given: unknown[]): unknown => {
      const text = textOf(given[0])
      if (!isTracing() || text === undefined || typeof given.at(-1) === 'function' || !currentTraceparent())
        return query(...given)
      return traced(
        `sql ${text.slice(0, 20).trimStart().split(/\s/, 1)[0]?.toLowerCase() ?? ''}`,
        { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, 2000) },
        () => query(...given) as Promise<unknown>,
        { kind: 'client' },
      )
    }
    client.query = traceable as typeof client.query
  })
}

/** Cursors and COPY streams are not statements with an end; they go untraced. */
function textOf(statement: unknown): string | undefined {
  if (typeof statement === 'string') return statement
  if (typeof statement !== 'object' || statement === null || 'submit' in statement || !('text' in statement))
    return undefined
  return typeof statement.text === 'string' ? statement.text : undefined
}
