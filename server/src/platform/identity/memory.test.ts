import { expect, test } from 'vitest'
import { createMemory } from './memory.ts'

function setUp() {
  let clock = 0
  const loads: (() => void)[] = []
  let grants = 'old'
  const memory = createMemory({
    now: () => new Date(clock),
    load: async () => {
      const seen = { accountId: 'a', grants }
      await new Promise<void>((go) => loads.push(go))
      return seen
    },
  })
  return { memory, loads, advance: (seconds: number) => (clock += seconds * 1000), change: () => (grants = 'new') }
}

test('many who ask at once cause one look-up, and what was found is good for five seconds', async () => {
  const { memory, loads, advance } = setUp()
  const asked = [memory.of('k'), memory.of('k'), memory.of('k')]
  loads[0]?.()
  expect(await Promise.all(asked)).toEqual(Array(3).fill({ accountId: 'a', grants: 'old' }))
  await memory.of('k')
  expect(loads.length).toBe(1)
  advance(5)
  const again = memory.of('k')
  expect(loads.length).toBe(2)
  loads[1]?.()
  await again
})

test('a change while a look-up is under way is not forgotten by what the look-up finds', async () => {
  const { memory, loads, change } = setUp()
  const early = memory.of('k')
  change()
  memory.forget('a')
  const late = memory.of('k')
  loads[1]?.()
  expect((await late)?.grants).toBe('new')
  loads[0]?.() // the early look-up ends last, and must not put back what it saw
  expect((await early)?.grants).toBe('old')
  expect((await memory.of('k'))?.grants).toBe('new')
  expect(loads.length).toBe(2)
})
