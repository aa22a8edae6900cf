import { QueryClient } from '@tanstack/react-query'
import { Refusal, Unreadable } from '../lib/api/problems.ts'

const TRIES = 2

/** What the server refused it will refuse again; only a way that is down is worth another try. */
const worthTrying = (failures: number, error: unknown): boolean =>
  !(error instanceof Refusal || error instanceof Unreadable) && failures < TRIES

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: worthTrying, staleTime: 15_000, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})
