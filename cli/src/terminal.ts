import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import colours from 'picocolors'
import { CommandFailed, EXIT } from './exit.ts'

export { colours }

/** Results go to stdout; everything else a person reads goes to stderr, so that pipes stay clean. */
export const say = (text: string): void => console.error(text)

export type Column<T> = readonly [title: string, value: (row: T) => string]

/** A table on a terminal, or the rows as JSON. */
export function show<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { json, empty }: { json: boolean; empty: string },
): void {
  if (json) console.log(JSON.stringify(rows, undefined, 2))
  else if (rows.length === 0) say(empty)
  else console.log(table(rows, columns))
}

function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const cells = rows.map((row) => columns.map(([, value]) => value(row)))
  const widths = columns.map(([title], index) =>
    Math.max(title.length, ...cells.map((row) => visibleLength(row[index] ?? ''))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - visibleLength(cell))))
      .join('  ')
      .trimEnd()
  return [colours.dim(line(columns.map(([title]) => title))), ...cells.map(line)].join('\n')
}

const visibleLength = (text: string): number => stripVTControlCharacters(text).length

/** One object on a terminal, a field a line, or as JSON. */
export function showOne(fields: Record<string, unknown>, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(fields, undefined, 2))
    return
  }
  const width = Math.max(...Object.keys(fields).map((name) => name.length))
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined)
      console.log(`${colours.dim(name.padEnd(width))}  ${typeof value === 'object' ? JSON.stringify(value) : value}`)
}

/** Says that something is done; a script gets an object with what it may want to know of it. */
export function done(text: string, { json, ...facts }: { json: boolean; [fact: string]: unknown }): void {
  if (json) console.log(JSON.stringify({ done: true, ...facts }))
  else say(text)
}

/** Time in the zone of this machine, which it names. */
export const timeText = (instant: string | undefined): string =>
  instant
    ? new Date(instant).toLocaleString('sv', {
        timeZoneName: 'short',
        dateStyle: undefined,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
      })
    : '–'

/** A line that is written over while something goes on; silent where nobody watches. */
export function progressLine(): { say(text: string): void; end(): void } {
  if (!process.stderr.isTTY) return { say: () => undefined, end: () => undefined }
  return { say: (text) => process.stderr.write(`\r\u001b[2K${text}`), end: () => process.stderr.write('\r\u001b[2K') }
}

/** Asks a person; what they type for a secret is not shown. */
export async function ask(question: string, { secret = false } = {}): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CommandFailed(`${question.trim()} is needed, and there is no terminal to ask on`, EXIT.usage)
  let quiet = false
  const output = new Writable({
    write(chunk, _, done) {
      if (!quiet) process.stderr.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    const answer = terminal.question(question)
    quiet = secret
    return await answer
  } finally {
    terminal.close()
    if (secret) process.stderr.write('\n')
  }
}
