import { isUtf8 } from 'node:buffer'
import { type AppError, type FieldError, invalid } from '../../errors/index.ts'

/** Nothing we take is nested deeper; a parser further in might recurse. */
export const DEEPEST = 64

/** Parses a JSON body; refusals name line and column, or the path of what may not be there. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw invalid('the body is not valid UTF-8', [{ path: 'body', message: 'must be UTF-8' }])
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const { at, expected } = findJsonError(text)
    const { line, column } = placeOf(text, at)
    const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : 'the end'
    throw invalid(`the body is not JSON: line ${line}, column ${column}: expected ${expected}, found ${found}`, [
      { path: 'body', message: `line ${line}, column ${column}: expected ${expected}, found ${found}` },
    ])
  }
  refuseHostile(value)
  return value
}

/** Refuses what would do harm further in: keys of the prototype, depth, characters no database text can hold. */
export function refuseHostile(value: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: 'body', depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: found, path, depth } = next
    if (typeof found === 'string') refuseText(found, path)
    if (typeof found !== 'object' || found === null) continue
    if (depth >= DEEPEST)
      throw invalid(`the body is nested deeper than ${DEEPEST} levels`, [
        { path: path.slice(0, 200), message: `must be nested at most ${DEEPEST} levels deep` },
      ])
    for (const [key, held] of Object.entries(found)) {
      const at = `${path}.${key}`
      if (isHostileKey(key, held)) throw refused(path, `must not hold a field named ${key}`)
      if (!Array.isArray(found)) refuseText(key, path)
      if (typeof held === 'object' || typeof held === 'string')
        open.push({ value: held, path: at.slice(0, 500), depth: depth + 1 })
    }
  }
}

const isHostileKey = (key: string, held: unknown): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof held === 'object' && held !== null && Object.hasOwn(held, 'prototype'))

/** Character 0 and half characters (lone surrogates) cannot be stored as text. */
export function refuseText(text: string, path: string): void {
  if (text.includes('\0')) throw refused(path, 'must not hold the character U+0000')
  if (!text.isWellFormed()) throw refused(path, 'must not hold half a character (a lone surrogate)')
}

function refused(path: string, message: string): AppError {
  const errors: FieldError[] = [{ path, message }]
  return invalid(`${path} ${message}`, errors)
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

type Expecting = 'value' | 'first item' | 'item' | 'first key' | 'key' | 'colon' | 'more' | 'nothing'
const WORDS: Record<Expecting, string> = {
  value: 'a value',
  'first item': 'a value or "]"',
  item: 'a value',
  'first key': 'a quoted field name or "}"',
  key: 'a quoted field name',
  colon: '":"',
  more: '","',
  nothing: 'nothing after the value',
}
const SPACE = /[ \t\n\r]*/y
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

interface Scan {
  text: string
  at: number
  expecting: Expecting
  open: ('[' | '{')[]
  /** What a text that is broken inside lacks. */
  broken?: string
}

/** Where text stops being JSON. `JSON.parse` knows but does not always tell. */
function findJsonError(text: string): { at: number; expected: string } {
  const scan: Scan = { text, at: 0, expecting: 'value', open: [] }
  do skip(scan, SPACE)
  while (advance(scan))
  const closes = scan.open.at(-1) === '[' ? ']' : '}'
  const expected = scan.expecting === 'more' ? `"," or "${closes}"` : WORDS[scan.expecting]
  return { at: scan.at, expected: scan.broken ?? expected }
}

/** Takes the next token; false when it is none that may stand here. */
function advance(scan: Scan): boolean {
  const { text, at, expecting, open } = scan
  const sign = text[at]
  if (closes(expecting) && sign !== undefined && sign === (open.at(-1) === '[' ? ']' : '}')) {
    open.pop()
    return go(scan, at + 1, afterValue(scan))
  }
  switch (expecting) {
    case 'nothing':
      return false
    case 'more':
      return sign === ',' && go(scan, at + 1, open.at(-1) === '[' ? 'item' : 'key')
    case 'colon':
      return sign === ':' && go(scan, at + 1, 'value')
    case 'key':
    case 'first key':
      return sign === '"' && takeText(scan, 'colon')
    default:
      return takeValue(scan, sign)
  }
}

function takeValue(scan: Scan, sign: string | undefined): boolean {
  if (sign === '"') return takeText(scan, afterValue(scan))
  if (sign === '[' || sign === '{') {
    scan.open.push(sign)
    return go(scan, scan.at + 1, sign === '[' ? 'first item' : 'first key')
  }
  return skip(scan, SCALAR) && go(scan, scan.at, afterValue(scan))
}

const closes = (expecting: Expecting): boolean => ['first item', 'first key', 'more'].includes(expecting)
const afterValue = ({ open }: Scan): Expecting => (open.length > 0 ? 'more' : 'nothing')

function go(scan: Scan, at: number, expecting: Expecting): true {
  scan.at = at
  scan.expecting = expecting
  return true
}

function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  const found = pattern.test(scan.text)
  if (found) scan.at = pattern.lastIndex
  return found
}

function takeText(scan: Scan, then: Expecting): boolean {
  const { text } = scan
  for (let at = scan.at + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return go(scan, at + 1, then)
    if (code === 0x5c && /^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(at, at + 6))) at += 1
    else if (code < 0x20 || code === 0x5c) {
      scan.broken = code < 0x20 ? 'an escaped control character' : 'an escape such as \\n or \\u00e4'
      scan.at = at
      return false
    }
  }
  scan.broken = 'the closing quote of a text'
  scan.at = text.length
  return false
}
