import { expect, test } from 'vitest'
import { z } from 'zod'
import { stateOf } from './url-state.ts'

const Filters = z.object({
  text: z.string().optional(),
  status: z.enum(['on', 'off']).optional(),
  add: z.boolean().optional(),
})

test.each([
  [
    { text: 'Ada', status: 'on', add: true },
    { text: 'Ada', status: 'on', add: true },
  ],
  [{ text: 5 }, { text: '5' }],
  [{ text: { deep: 1 }, status: 'sideways', add: 'yes' }, {}],
  [{ other: 'page' }, {}],
])('%j reads as %j', (search, state) => {
  expect(stateOf(Filters, search)).toEqual(state)
})
