import type { z } from 'zod'

const A: Record<string, string> = {
  array: 'an array',
  object: 'an object',
  int: 'a whole number',
  boolean: 'true or false',
}
const a = (type: string): string => A[type] ?? `a ${type}`
const UNIT: Record<string, string> = { string: 'characters', array: 'items', set: 'items' }

/**
 * What would be right, in the words of a person. Shapes that carry words of their own keep them; only the parser's
 * usual phrases ("Invalid input: expected string, received undefined") are put so that one knows what to do.
 */
export function inWords(issue: z.core.$ZodIssue): string {
  if (!isUsual(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return received(issue.message) === 'undefined'
        ? `is missing: must be ${a(issue.expected)}`
        : `must be ${a(issue.expected)}, got ${received(issue.message)}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'too_small':
      return `must ${bound(issue.origin)}at least ${issue.minimum}${unit(issue.origin)}`
    case 'too_big':
      return `must ${bound(issue.origin)}at most ${issue.maximum}${unit(issue.origin)}`
    default:
      return issue.message
  }
}

const isUsual = (message: string): boolean => /^(Invalid|Too (small|big))/.test(message)
const received = (message: string): string => / received (.+)$/.exec(message)?.[1] ?? 'something else'
const bound = (origin: string): string => (UNIT[origin] ? 'have ' : 'be ')
const unit = (origin: string): string => (UNIT[origin] ? ` ${UNIT[origin]}` : '')
