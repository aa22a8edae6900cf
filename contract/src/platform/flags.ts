import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'

export const FlagKey = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, dashes and underscores, at most 100')

/** Share of those asked, in steps of 0.001 %. */
export const Percent = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6, { error: 'must be in steps of 0.001' })

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes and underscores')
const Scalar = z.union([z.string().max(1000), z.number(), z.boolean()])
const TargetingKeys = z.array(z.string().min(1).max(500)).max(10_000)

/** One of the values a flag can take. `weight` is its share among the variants, as any whole number. */
export const FlagVariant = z.object({
  name: Name,
  value: z.union([z.boolean(), z.string().max(10_000), z.number(), z.record(z.string(), z.json())]),
  weight: z.number().int().min(0).max(1_000_000).default(1),
})
export type FlagVariant = z.output<typeof FlagVariant>

export const FlagOperator = z.enum([
  'equals',
  'not_equals',
  'in',
  'not_in',
  'starts_with',
  'ends_with',
  'contains',
  'less',
  'at_most',
  'greater',
  'at_least',
  'exists',
  'missing',
])

/** A question about one attribute of the context; `in` and `not_in` take a list, `exists` and `missing` nothing. */
export const FlagCondition = z
  .object({
    attribute: z.string().min(1).max(200),
    operator: FlagOperator,
    value: z.union([Scalar, z.array(Scalar).max(1000)]).optional(),
  })
  .superRefine(({ operator, value }, issues) => {
    const want = wanted(operator)
    const fits =
      want === 'nothing'
        ? value === undefined
        : want === 'a list'
          ? Array.isArray(value)
          : !Array.isArray(value) && value !== undefined
    if (!fits) issues.addIssue({ code: 'custom', path: ['value'], message: `"${operator}" takes ${want}` })
  })
export type FlagCondition = z.output<typeof FlagCondition>

const wanted = (operator: z.output<typeof FlagOperator>) =>
  operator === 'exists' || operator === 'missing'
    ? 'nothing'
    : operator === 'in' || operator === 'not_in'
      ? 'a list'
      : 'one value'

/** Whoever meets all conditions takes part by this percentage; `variant` gives them all the same one. The first rule that fits decides. */
export const FlagRule = z.object({
  when: z.array(FlagCondition).min(1).max(20),
  percent: Percent.default(100),
  variant: Name.optional(),
})
export type FlagRule = z.output<typeof FlagRule>

const fields = z.object({
  key: FlagKey,
  description: z.string().trim().max(2000).default(''),
  /** A boolean flag has no variants of its own: whoever takes part gets true, the others false. */
  kind: z.enum(['boolean', 'variant']),
  /** The kill switch: off means that everybody gets `otherwise`. */
  on: z.boolean(),
  /** Who answers for the flag and removes it one day. */
  owner: z.string().trim().min(1).max(200),
  /** From then on the flag is reported as expired and everybody gets `otherwise`. */
  expiresAt: Instant.optional(),
  startsAt: Instant.optional(),
  endsAt: Instant.optional(),
  percent: Percent,
  variants: z.array(FlagVariant).max(50).default([]),
  /** Variant of those who do not take part; absent means the caller's own default. Boolean flags give false. */
  otherwise: Name.optional(),
  /** Targeting keys that always take part. */
  allow: TargetingKeys.default([]),
  /** Targeting keys that never take part; wins over `allow`. */
  deny: TargetingKeys.default([]),
  rules: z.array(FlagRule).max(50).default([]),
})

export const FlagStatus = z.enum(['on', 'off', 'scheduled', 'ended', 'expired'])
export const Flag = fields.extend({
  status: FlagStatus,
  version: z.number().int(),
  createdAt: Instant,
  changedAt: Instant,
})
export type Flag = z.output<typeof Flag>

export const NewFlag = fields.superRefine((flag, issues) => {
  const wrong = (path: (string | number)[], message: string) => issues.addIssue({ code: 'custom', path, message })
  const names = new Set(flag.variants.map(({ name }) => name))
  if (names.size < flag.variants.length) wrong(['variants'], 'must have different names')
  if (flag.kind === 'boolean' && names.size > 0) wrong(['variants'], 'a boolean flag has none; make it a variant flag')
  if (flag.kind === 'variant' && !flag.variants.some(({ weight }) => weight > 0))
    wrong(['variants'], 'must hold at least one with a weight above 0')
  if (new Set(flag.variants.map(({ value }) => typeof value)).size > 1)
    wrong(['variants'], 'must have values of one type')
  if (flag.otherwise !== undefined && !names.has(flag.otherwise)) wrong(['otherwise'], 'must be the name of a variant')
  for (const [index, { variant }] of flag.rules.entries())
    if (variant !== undefined && !names.has(variant))
      wrong(['rules', index, 'variant'], 'must be the name of a variant')
  if (flag.startsAt && flag.endsAt && Date.parse(flag.endsAt) <= Date.parse(flag.startsAt))
    wrong(['endsAt'], 'must be after startsAt')
})
export type NewFlag = z.output<typeof NewFlag>

const Key = z.object({ key: FlagKey })

export const listFlags = endpoint('GET /api/v1/flags', {
  can: 'flag:read',
  summary: 'Feature flags, by key',
  query: PageQuery.extend({ text: z.string().trim().min(1).max(200).optional(), status: FlagStatus.optional() }),
  answers: page(Flag),
})

export const getFlag = endpoint('GET /api/v1/flags/:key', {
  can: 'flag:read',
  summary: 'One feature flag',
  params: Key,
  answers: Flag,
})

export const addFlag = endpoint('POST /api/v1/flags', {
  can: 'flag:write',
  summary: 'Add a feature flag',
  body: NewFlag,
  answers: Flag,
  status: 201,
})

export const changeFlag = endpoint('PUT /api/v1/flags/:key', {
  can: 'flag:write',
  summary: 'Change a flag; If-Match with its ETag refuses to overwrite a change you have not seen',
  params: Key,
  body: NewFlag,
  answers: Flag,
})

export const switchFlag = endpoint('POST /api/v1/flags/:key/switch', {
  can: 'flag:write',
  summary: 'The kill switch: turn a flag off for everybody, or on again',
  params: Key,
  body: z.object({ on: z.boolean() }),
  answers: Flag,
  status: 200,
})

export const removeFlag = endpoint('DELETE /api/v1/flags/:key', {
  can: 'flag:write',
  summary: 'Remove a flag; callers get their own default from then on',
  params: Key,
  answers: Done,
})

export const FlagVersion = z.object({
  version: z.number().int(),
  at: Instant,
  by: z.string(),
  change: z.enum(['added', 'changed', 'switched', 'removed']),
  flag: Flag,
})
export type FlagVersion = z.output<typeof FlagVersion>

export const listFlagVersions = endpoint('GET /api/v1/flags/:key/versions', {
  can: 'flag:read',
  summary: 'Every version of a flag, newest first',
  params: Key,
  query: PageQuery,
  answers: page(FlagVersion),
})

/** Reasons of OpenFeature. */
export const FlagReason = z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED'])

export const tryFlag = endpoint('POST /api/v1/flags/:key/try', {
  can: 'flag:read',
  summary: 'What somebody would get, and why',
  params: Key,
  body: z.object({ context: z.record(z.string().max(200), z.json()) }),
  answers: z.object({
    value: z.json().optional(),
    variant: z.string().optional(),
    reason: FlagReason,
    because: z.string(),
  }),
  status: 200,
})
