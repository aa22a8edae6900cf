import { expect, test } from 'vitest'
import { z } from 'zod'
import { guardedFieldsIn, maskFields } from './fields.ts'
import type { Grant } from './roles.ts'

const Cost = z.number().meta({ can: 'finance:admin' })
const Site = z.object({
  name: z.string(),
  domain: z.string(),
  cost: Cost.optional(),
  notes: z.array(z.object({ text: z.string(), author: z.string().optional().meta({ can: 'user:admin' }) })).default([]),
})
const who = (...grants: Grant[]) => ({ kind: 'user', id: 'u', name: 'Ada', grants }) as const
const boss = who({ role: 'super_admin', domain: '*' })
const lead = who({ role: 'domain_admin', domain: 'north' })
const clerk = who({ role: 'viewer', domain: '*' })
const north = { name: 'Oslo', domain: 'north', cost: 4, notes: [{ text: 'full', author: 'Bob' }] }
const south = { ...north, domain: 'south' }

test('a guarded field leaves only for those who hold its permission, in the domain of its object', () => {
  expect(maskFields(Site, north, boss)).toEqual(north)
  expect(maskFields(Site, north, lead)).toEqual({ ...north, notes: [{ text: 'full' }] })
  expect(maskFields(Site, south, lead)).toEqual({ name: 'Oslo', domain: 'south', notes: [{ text: 'full' }] })
  expect(maskFields(z.object({ items: z.array(Site) }), { items: [north, south] }, clerk)).toEqual({
    items: ['north', 'south'].map((domain) => ({ name: 'Oslo', domain, notes: [{ text: 'full' }] })),
  })
})

test('a guarded field set by somebody without the permission is named', () => {
  expect(guardedFieldsIn(Site, south, lead)).toEqual(['cost', 'notes.0.author'])
  expect(guardedFieldsIn(Site, north, boss)).toEqual([])
  expect(guardedFieldsIn(Site, { name: 'x', domain: 'south', cost: undefined }, clerk)).toEqual([])
})

test('guards are found behind unions, intersections, pipes, records and recursion', () => {
  const Tree = z.object({
    secret: z.string().optional().meta({ can: 'user:admin' }),
    get below() {
      return z.array(Tree).optional()
    },
  })
  const shapes = {
    union: z.union([z.string(), Site]),
    pipe: Site.transform((site) => site),
    both: z.intersection(Site, z.object({ more: z.number().optional() })),
    record: z.record(z.string(), Site),
  }
  for (const shape of [shapes.union, shapes.pipe, shapes.both])
    expect(guardedFieldsIn(shape, south, clerk)).toEqual(['cost', 'notes.0.author'])
  expect(guardedFieldsIn(shapes.record, { a: south }, clerk)).toEqual(['a.cost', 'a.notes.0.author'])
  expect(maskFields(Tree, { below: [{ secret: 'x', below: [{ secret: 'y' }] }] }, clerk)).toEqual({
    below: [{ below: [{}] }],
  })
})

test('a shape without guards hands the very same value back', () => {
  const value = { a: new Date(0) }
  expect(maskFields(z.object({ a: z.date() }), value, clerk)).toBe(value)
})
