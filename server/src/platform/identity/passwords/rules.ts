import { PASSWORD_MINIMUM, PASSWORD_RECOMMENDED } from '@bellwether/contract/platform/account'
import { isCommon, unit } from './common.ts'

/** What a password must not be built from: who it belongs to, and us. */
export interface PasswordContext {
  email?: string | undefined
  name?: string | undefined
}

export interface Strength {
  /** 0 refused, 1 weak … 4 strong. */
  score: number
  accepted: boolean
  hint: string
}

const PRODUCT = 'bellwether'
const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
]
/** Steps along a keyboard row or the alphabet that are no accident. */
const RUN = 4
/** Characters that must be left over when context words and runs are taken away. */
const OWN = 6

/** Why the password is refused, or undefined. ASVS 5.0 V6.2: length, common ones, context words; no composition rules. */
export function passwordFault(password: string, context: PasswordContext = {}): string | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  if ([...text].length < PASSWORD_MINIMUM)
    return `must have at least ${PASSWORD_MINIMUM} characters; ${PASSWORD_RECOMMENDED} or more are better`
  if (unit(text).length <= 3) return 'must not repeat the same few characters'
  if (withoutRuns(text).length < OWN) return 'must not be a row of the keyboard or the alphabet'
  if (isCommon(text))
    return 'is one of the passwords that are guessed first; four or five unrelated words make a good one'
  const word = contextWords(context).find((candidate) => text.replaceAll(candidate, '').length < OWN)
  if (word) return `must not be built from “${word}”`
  return undefined
}

/** A hint while somebody types: how far from refused, and what would help. */
export function passwordStrength(password: string, context: PasswordContext = {}): Strength {
  const fault = passwordFault(password, context)
  if (fault) return { score: 0, accepted: false, hint: `The password ${fault}.` }
  const length = effectiveLength(password.normalize('NFKC').toLowerCase(), context)
  if (length < PASSWORD_MINIMUM)
    return { score: 1, accepted: true, hint: 'Much of it is predictable; add unrelated words.' }
  if (length < PASSWORD_RECOMMENDED)
    return { score: 2, accepted: true, hint: 'Fair. A few more characters make it good.' }
  if (length < 20) return { score: 3, accepted: true, hint: 'Good.' }
  return { score: 4, accepted: true, hint: 'Strong.' }
}

/** Characters that carry surprise: runs, repeats and context words count once. */
function effectiveLength(text: string, context: PasswordContext): number {
  const bare = contextWords(context).reduce((rest, word) => rest.replaceAll(word, '*'), withoutRuns(text))
  return bare.replace(/(.)\1+/gu, '$1').length
}

function withoutRuns(text: string): string {
  let rest = ''
  for (let at = 0; at < text.length; ) {
    const run = runAt(text, at)
    rest += text[at]
    at += run >= RUN ? run : 1
  }
  return rest
}

function runAt(text: string, from: number): number {
  let longest = 1
  for (const row of ROWS) {
    for (const line of [row, [...row].reverse().join('')]) {
      let at = line.indexOf(text[from] ?? '')
      let size = 1
      while (at >= 0 && from + size < text.length && line[at + 1] === text[from + size]) {
        at++
        size++
      }
      longest = Math.max(longest, size)
    }
  }
  return longest
}

function contextWords({ email, name }: PasswordContext): string[] {
  const parts = [PRODUCT, email ?? '', ...(email ?? '').split(/[@.+_-]/), ...(name ?? '').split(/\s+/)]
  return [...new Set(parts.map((part) => part.normalize('NFKC').toLowerCase()))]
    .filter((part) => part.length >= 4)
    .sort((a, b) => b.length - a.length)
}
