import { hash } from 'node:crypto'
import type {
  FlagCondition,
  FlagReason,
  FlagRule,
  FlagStatus,
  FlagVariant,
  NewFlag,
} from '@bellwether/contract/platform/flags'
import type { z } from 'zod'

/** A bucket is 0.001 % of all targeting keys. */
export const BUCKETS = 100_000
const PER_PERCENT = BUCKETS / 100
const WORD = 2 ** 48

/** A flag made ready to be asked often. */
export interface Prepared {
  flag: NewFlag
  salt: string
  variants: readonly FlagVariant[]
  otherwise: FlagVariant | undefined
  allow: ReadonlySet<string>
  deny: ReadonlySet<string>
  startsAt: number
  endsAt: number
  expiresAt: number
}

export interface Outcome {
  /** Absent when the caller's own default is meant. */
  variant: FlagVariant | undefined
  reason: z.output<typeof FlagReason>
  because: string
}

/** A percentage has to be decided, and there is no key to decide it by. */
export const KEY_MISSING = 'targeting key missing'

export type Attributes = Readonly<Record<string, unknown>>

const ON: FlagVariant = { name: 'on', value: true, weight: 1 }
const OFF: FlagVariant = { name: 'off', value: false, weight: 0 }

export function prepare(flag: NewFlag, salt: string): Prepared {
  const boolean = flag.kind === 'boolean'
  return {
    flag,
    salt,
    variants: boolean ? [ON] : flag.variants,
    otherwise: boolean ? OFF : flag.variants.find(({ name }) => name === flag.otherwise),
    allow: new Set(flag.allow),
    deny: new Set(flag.deny),
    startsAt: flag.startsAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(flag.startsAt),
    endsAt: flag.endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(flag.endsAt),
    expiresAt: flag.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(flag.expiresAt),
  }
}

export function statusOf({ flag, startsAt, endsAt, expiresAt }: Prepared, now: number): z.output<typeof FlagStatus> {
  if (now >= expiresAt) return 'expired'
  if (!flag.on) return 'off'
  if (now < startsAt) return 'scheduled'
  return now >= endsAt ? 'ended' : 'on'
}

/** What somebody gets and why. */
export function evaluate(ready: Prepared, context: Attributes, now: number): Outcome | typeof KEY_MISSING {
  const { flag, otherwise } = ready
  const status = statusOf(ready, now)
  if (status === 'off') return { variant: otherwise, reason: 'DISABLED', because: 'the flag is switched off' }
  if (status !== 'on') return { variant: otherwise, reason: 'DEFAULT', because: BECAUSE[status] }
  const key = keyOf(context)
  if (key !== undefined && ready.deny.has(key))
    return { variant: otherwise, reason: 'TARGETING_MATCH', because: 'on the deny list' }
  if (key !== undefined && ready.allow.has(key))
    return { variant: variantFor(ready, key), reason: 'TARGETING_MATCH', because: 'on the allow list' }
  const index = flag.rules.findIndex((rule) => rule.when.every((condition) => holds(condition, context)))
  const rule = flag.rules[index]
  if (rule) return share(ready, key, { ...rule, because: `rule ${index + 1}`, reason: 'TARGETING_MATCH' })
  return share(ready, key, { percent: flag.percent, because: 'everybody', reason: 'STATIC' })
}

const BECAUSE = {
  expired: 'the flag has expired',
  scheduled: 'its time has not come',
  ended: 'its time is over',
} as const

interface Share extends Pick<FlagRule, 'percent'> {
  variant?: string | undefined
  because: string
  /** The reason when nothing is left to chance. */
  reason: Outcome['reason']
}

function share(
  ready: Prepared,
  key: string | undefined,
  { percent, variant, because, reason }: Share,
): Outcome | typeof KEY_MISSING {
  const named = ready.variants.find(({ name }) => name === variant)
  const weighted = ready.variants.filter(({ weight }) => weight > 0)
  const part = `${percent} % of ${because}`
  if (percent === 0) return { variant: ready.otherwise, reason: 'DEFAULT', because: `outside of ${part}` }
  if (percent === 100 && (named ?? weighted.length === 1)) return { variant: named ?? weighted[0], reason, because }
  if (key === undefined) return KEY_MISSING
  if (bucketOf(ready, key) >= Math.round(percent * PER_PERCENT))
    return { variant: ready.otherwise, reason: 'DEFAULT', because: `outside of ${part}` }
  return { variant: named ?? variantFor(ready, key), reason: 'SPLIT', because: `within ${part}` }
}

/**
 * One of 100,000 buckets, always the same for a flag and a targeting key. Who takes part has a bucket below the
 * percentage, so that raising it adds people and never removes one.
 */
export const bucketOf = ({ flag, salt }: Pick<Prepared, 'flag' | 'salt'>, targetingKey: string): number =>
  drawn(`${flag.key}\0${salt}\0${targetingKey}`) % BUCKETS

/**
 * Weighted rendezvous: each variant draws a number of its own for this key, and the best for its weight wins. A weight
 * that is raised moves people only to its own variant, and one that is lowered only away from it.
 */
function variantFor({ flag, salt, variants }: Prepared, targetingKey: string): FlagVariant | undefined {
  let best: FlagVariant | undefined
  let least = Number.POSITIVE_INFINITY
  for (const variant of variants) {
    if (variant.weight === 0) continue
    if (variants.length === 1) return variant
    const draw = (drawn(`${flag.key}\0${salt}\0${targetingKey}\0${variant.name}`) + 0.5) / WORD
    const score = -Math.log(draw) / variant.weight
    if (score < least) {
      least = score
      best = variant
    }
  }
  return best
}

/** A whole number below 2^48, evenly spread. */
const drawn = (text: string): number => hash('sha256', text, 'buffer').readUIntBE(0, 6)

function keyOf({ targetingKey }: Attributes): string | undefined {
  return typeof targetingKey === 'string' && targetingKey !== '' ? targetingKey : undefined
}

/** Whether a condition holds; an attribute that is missing meets none but `missing`, `not_equals` and `not_in`. */
export function holds({ attribute, operator, value }: FlagCondition, context: Attributes): boolean {
  const found = Object.hasOwn(context, attribute) ? context[attribute] : undefined
  return TESTS[operator](found, value)
}

type Test = (found: unknown, value: FlagCondition['value']) => boolean
const isIn: Test = (found, values) => Array.isArray(values) && values.some((value) => value === found)
const ordered =
  (fits: (order: number) => boolean): Test =>
  (found, value) => {
    if (typeof found === 'number' && typeof value === 'number') return fits(found - value)
    return typeof found === 'string' && typeof value === 'string' && fits(found === value ? 0 : found < value ? -1 : 1)
  }
const texts =
  (fits: (found: string, value: string) => boolean): Test =>
  (found, value) =>
    typeof found === 'string' && typeof value === 'string' && fits(found, value)

const TESTS: Record<FlagCondition['operator'], Test> = {
  equals: (found, value) => found === value,
  not_equals: (found, value) => found !== value,
  in: isIn,
  not_in: (found, values) => !isIn(found, values),
  starts_with: texts((found, value) => found.startsWith(value)),
  ends_with: texts((found, value) => found.endsWith(value)),
  contains: (found, value) =>
    Array.isArray(found)
      ? found.includes(value)
      : typeof found === 'string' && typeof value === 'string' && found.includes(value),
  less: ordered((order) => order < 0),
  at_most: ordered((order) => order <= 0),
  greater: ordered((order) => order > 0),
  at_least: ordered((order) => order >= 0),
  exists: (found) => found !== undefined && found !== null,
  missing: (found) => found === undefined || found === null,
}
