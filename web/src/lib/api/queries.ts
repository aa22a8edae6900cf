import type { Endpoint, InputOf, ResultOf } from '@bellwether/contract/endpoint'
import type { Page } from '@bellwether/contract/page'
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { call } from './session.ts'

/** What a read is known by: its path first, so that everything below a path can be refreshed at once. */
export const keyOf = (endpoint: Endpoint, input?: unknown) =>
  input === undefined ? [endpoint.path] : [endpoint.path, input]

/** A read as TanStack Query takes it. */
export const queryOf = <E extends Endpoint>(endpoint: E, input: InputOf<E>) =>
  queryOptions<ResultOf<E>>({
    queryKey: keyOf(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
  })

type ListEndpoint = Endpoint & { query: NonNullable<Endpoint['query']> }
type ItemOf<E extends Endpoint> = ResultOf<E> extends { items: (infer T)[] } ? T : never

/** A list in pages; `fetchNextPage` continues where the last page ended. */
export const pagesOf = <E extends ListEndpoint>(endpoint: E, input: InputOf<E>) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(endpoint, input), 'pages'],
    queryFn: ({ pageParam, signal }): Promise<Page<ItemOf<E>>> =>
      pageAt(endpoint, input, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<ItemOf<E>>) => last.nextCursor,
  })

interface PagePlace {
  cursor: string | undefined
  limit?: number
  signal?: AbortSignal | undefined
}

async function pageAt<E extends ListEndpoint>(endpoint: E, input: InputOf<E>, at: PagePlace): Promise<Page<ItemOf<E>>> {
  const { query } = input as { query?: object }
  const paged = {
    ...(input as object),
    query: { ...query, ...(at.limit ? { limit: at.limit } : {}), ...(at.cursor ? { cursor: at.cursor } : {}) },
  }
  return (await call(endpoint, paged as InputOf<E>, { signal: at.signal })) as Page<ItemOf<E>>
}

const WHOLE_PAGE = 500
const MOST_ROWS = 50_000

/** All rows of a list, for an export; tells how far it is. Ends at 50,000 rows: past that the API is the better way. */
export async function everyRow<E extends ListEndpoint>(
  endpoint: E,
  input: InputOf<E>,
  progress: (rows: number) => void = () => undefined,
): Promise<ItemOf<E>[]> {
  const rows: ItemOf<E>[] = []
  let cursor: string | undefined
  do {
    const page: Page<ItemOf<E>> = await pageAt(endpoint, input, { cursor, limit: WHOLE_PAGE })
    rows.push(...page.items)
    cursor = page.nextCursor
    progress(rows.length)
  } while (cursor && rows.length < MOST_ROWS)
  return rows
}

interface ActOptions<E extends Endpoint> {
  /** Reads that are out of date afterwards. */
  refreshes?: readonly Endpoint[]
  onDone?: (result: ResultOf<E>, input: InputOf<E>) => void
  headers?: (input: InputOf<E>) => Record<string, string>
}

/** A change; what it makes out of date is read again before it counts as done. */
export function useAct<E extends Endpoint>(endpoint: E, { refreshes = [], onDone, headers }: ActOptions<E> = {}) {
  const client = useQueryClient()
  return useMutation<ResultOf<E>, Error, InputOf<E>>({
    mutationFn: (input) => call(endpoint, input, headers ? { headers: headers(input) } : {}),
    onSuccess: async (result, input) => {
      await refresh(client, refreshes)
      onDone?.(result, input)
    },
  })
}

export const refresh = (client: QueryClient, endpoints: readonly Endpoint[]): Promise<unknown> =>
  Promise.all(endpoints.map((endpoint) => client.invalidateQueries({ queryKey: keyOf(endpoint) })))
