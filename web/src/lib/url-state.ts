import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { z } from 'zod'

/**
 * The state of a page that belongs into its address: filters, the open tab. What the address holds is outside data; a
 * value that does not fit counts as absent.
 */
export function useUrlState<S extends z.ZodObject>(shape: S): [z.output<S>, (change: Partial<z.output<S>>) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const state = stateOf(shape, search)
  const change = useCallback(
    (next: Partial<z.output<S>>) => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => pruned({ ...before, ...next }),
        replace: true,
      })
    },
    [navigate],
  )
  return [state, change]
}

export function stateOf<S extends z.ZodObject>(shape: S, search: Record<string, unknown>): z.output<S> {
  const fitting = Object.entries(shape.shape).flatMap(([name, field]) => {
    const value = fittingValue(field as z.ZodType, search[name])
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(fitting) as z.output<S>
}

/** The router reads `?text=5` as a number; where a text is wanted it is the text again. */
function fittingValue(field: z.ZodType, given: unknown): unknown {
  const parsed = field.safeParse(given)
  if (parsed.success) return parsed.data
  return typeof given === 'number' ? field.safeParse(String(given)).data : undefined
}

const pruned = (search: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''))
