import type { Flag } from '@bellwether/contract/platform/flags'
import { instantOfWall, wallOf } from '../../lib/zones.ts'

export interface VariantValues {
  name: string
  /** As it is typed: a word is text, `12`, `true` and `{…}` are what they are in JSON. */
  value: string
  weight: number
}

/** What the fields of the form hold. */
export type FlagValues = {
  key: string
  description: string
  kind: Flag['kind']
  on: boolean
  owner: string
  percent: number
  variants: VariantValues[]
  otherwise: string
  allow: string
  deny: string
  startsAt: string
  endsAt: string
  expiresAt: string
  /** How many rules there are; they are shown, not edited, here. */
  rules: number
}

const DAYS_AHEAD = 90

export const freshFlag = (owner: string, zone: string): FlagValues => ({
  key: '',
  description: '',
  kind: 'boolean',
  on: true,
  owner,
  percent: 0,
  variants: [
    { name: 'control', value: 'control', weight: 1 },
    { name: 'treatment', value: 'treatment', weight: 1 },
  ],
  otherwise: '',
  allow: '',
  deny: '',
  startsAt: '',
  endsAt: '',
  expiresAt: wallOf(new Date(Date.now() + DAYS_AHEAD * 86_400_000).toISOString(), zone),
  rules: 0,
})

export const valuesOf = (flag: Flag, zone: string): FlagValues => {
  const wall = (at: string | undefined) => (at ? wallOf(at, zone) : '')
  return {
    key: flag.key,
    description: flag.description,
    kind: flag.kind,
    on: flag.on,
    owner: flag.owner,
    percent: flag.percent,
    variants: flag.variants.map(({ name, value, weight }) => ({ name, value: asTyped(value), weight })),
    otherwise: flag.otherwise ?? '',
    allow: flag.allow.join('\n'),
    deny: flag.deny.join('\n'),
    startsAt: wall(flag.startsAt),
    endsAt: wall(flag.endsAt),
    expiresAt: wall(flag.expiresAt),
    rules: flag.rules.length,
  }
}

/** What is sent; rules, which the form does not edit, go along as they were. */
export function bodyOf(values: FlagValues, zone: string, before: Flag | undefined): unknown {
  const isVariant = values.kind === 'variant'
  const instant = (name: 'startsAt' | 'endsAt' | 'expiresAt') =>
    values[name] ? { [name]: instantOfWall(values[name], zone) } : {}
  return {
    key: values.key.trim(),
    description: values.description,
    kind: values.kind,
    on: values.on,
    owner: values.owner,
    percent: values.percent,
    variants: isVariant ? values.variants.map((variant) => ({ ...variant, value: readTyped(variant.value) })) : [],
    ...(isVariant && values.otherwise ? { otherwise: values.otherwise } : {}),
    allow: lines(values.allow),
    deny: lines(values.deny),
    ...instant('startsAt'),
    ...instant('endsAt'),
    ...instant('expiresAt'),
    rules: before?.rules ?? [],
  }
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** `12`, `true`, `{"a":1}` are what they are in JSON; anything else is text. Quotes make text of them. */
export function readTyped(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}

/** The reverse of `readTyped`: text that JSON would read as something else gets quotes. */
export function asTyped(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return readTyped(value) === value ? value : JSON.stringify(value)
}
