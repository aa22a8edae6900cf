import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * Ranks of some 49,000 passwords that people use most (@zxcvbn-ts/language-common, MIT). Few of them are long enough to
 * be accepted at all; what matters is what people make of them: `password1234`, `Dragon-2024!`, `qwertyqwerty`.
 * Read when the first password is judged: it takes 20 MB, and most processes never judge one.
 */
let ranks: ReadonlyMap<string, number> | undefined
function rankOf(word: string): number | undefined {
  ranks ??= readRanks()
  return ranks.get(word)
}

function readRanks(): ReadonlyMap<string, number> {
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common')
  return new Map(dictionary['passwords-common'].map((password, index) => [password.toLowerCase(), index]))
}

/** Two words this common glued together are as guessable as one. */
const VERY_COMMON = 10_000
/** Digits and signs around a common word that add nothing: a year, `123!`, a date. */
const DECORATION = 8
/** A common word shorter than this says little about the whole. */
const WORD = 4

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '+': 't',
  '|': 'l',
}
const plain = (text: string): string => text.replace(/[013457890@$!€+|]/g, (sign) => LOOKALIKES[sign] ?? sign)

/** Whether the password is a common one, or made of common ones in a way every guessing program tries first. */
export function isCommon(password: string): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  return [text, unit(text)].some((form) => rankOf(form) !== undefined || decorated(form) || glued(form))
}

/** The shortest piece whose repetition gives the text. */
export function unit(text: string): string {
  for (let size = 1; size <= text.length / 2; size++) {
    const piece = text.slice(0, size)
    if (piece.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text) return piece
  }
  return text
}

/** A listed word, perhaps spelled with look-alikes, with only digits and signs before and after it, and few of them. */
function decorated(text: string): boolean {
  for (let from = 0; from <= DECORATION && !/\p{L}/u.test(text.slice(0, from)); from++) {
    for (let to = text.length; from + text.length - to <= DECORATION && !/\p{L}/u.test(text.slice(to)); to--) {
      const core = text.slice(from, to)
      if (core.length < WORD) break
      if (rankOf(core) !== undefined || rankOf(plain(core)) !== undefined) return true
    }
  }
  return false
}

function glued(text: string): boolean {
  const word = text.replace(/[\s_.-]+/g, '')
  for (let cut = WORD; cut <= word.length - WORD; cut++) {
    if (veryCommon(word.slice(0, cut)) && veryCommon(word.slice(cut))) return true
  }
  return false
}
const veryCommon = (word: string): boolean => (rankOf(word) ?? Number.POSITIVE_INFINITY) < VERY_COMMON
