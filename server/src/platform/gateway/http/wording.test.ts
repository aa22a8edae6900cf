import { expect, test } from 'vitest'
import { z } from 'zod'
import { inWords } from './wording.ts'

const said = (shape: z.ZodType, value: unknown) => shape.safeParse(value).error?.issues.map(inWords)

for (const [what, shape, value, words] of [
  ['nothing', z.string(), undefined, 'is missing: must be a string'],
  ['another type', z.number(), 'n/a', 'must be a number, got string'],
  ['a broken number', z.coerce.number(), 'n/a', 'must be a number, got NaN'],
  ['a fraction', z.number().int(), 1.5, 'must be a whole number, got number'],
  ['no list', z.array(z.string()), {}, 'must be an array, got object'],
  ['no choice', z.enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
  ['another constant', z.literal(1), 2, 'must be 1'],
  ['too little text', z.string().min(1), '', 'must have at least 1 characters'],
  ['too much text', z.string().max(2), 'abc', 'must have at most 2 characters'],
  ['too small a number', z.number().min(3), 2, 'must be at least 3'],
  ['too long a list', z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 items'],
  ['what has words of its own', z.string().min(1, 'must say who'), '', 'must say who'],
] as const) {
  test(`${what}: ${words}`, () => {
    expect(said(shape, value)).toEqual([words])
  })
}
