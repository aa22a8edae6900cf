import type { Endpoint, InputOf, ResultOf } from '@bellwether/contract/endpoint'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { everyRow, pagesOf, queryOf } from '../../lib/api/queries.ts'
import type { TableSource } from './data-table.tsx'

type ListEndpoint = Endpoint & { query: NonNullable<Endpoint['query']> }
type ItemOf<E extends Endpoint> = ResultOf<E> extends { items: (infer T)[] } ? T : never

/** A paged list for a table, with the reader an export needs. */
export function usePages<E extends ListEndpoint>(endpoint: E, input: InputOf<E>) {
  const query = useInfiniteQuery(pagesOf(endpoint, input))
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  const source: TableSource<ItemOf<E>> = {
    rows,
    error: query.error,
    retry: () => void query.refetch(),
    more: {
      has: query.hasNextPage,
      loading: query.isFetchingNextPage,
      load: () => void query.fetchNextPage(),
    },
  }
  return { source, exportAll: (progress: (rows: number) => void) => everyRow(endpoint, input, progress) }
}

/** A list that comes whole. */
export function useRows<E extends Endpoint, Row>(
  endpoint: E,
  input: InputOf<E>,
  rowsOf: (result: ResultOf<E>) => readonly Row[],
): { source: TableSource<Row> } {
  const query = useQuery(queryOf(endpoint, input))
  return {
    source: {
      rows: query.data === undefined ? undefined : rowsOf(query.data as ResultOf<E>),
      error: query.error,
      retry: () => void query.refetch(),
    },
  }
}
