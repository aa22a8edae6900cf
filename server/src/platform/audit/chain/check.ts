import { hash, type KeyObject } from 'node:crypto'
import type { AuditFault } from '@bellwether/contract/platform/audit'
import { GENESIS, HASH_DIGITS } from './canonical.ts'
import { type Checkpoint, digestOf, FIRST, isSignedBy } from './checkpoint.ts'

const MOST_FAULTS = 100
const LINE_FEED = 10
const TAB = 9
const ZERO = 48

/** Where checking begins: after a row whose hash is already known to be right. */
export interface Anchor {
  seq: number
  hash: string
  /** The checkpoint that vouches for it. */
  checkpoint?: Checkpoint
}

export interface Findings {
  rows: number
  checkpoints: number
  sound: boolean
  faultCount: number
  faults: AuditFault[]
  signedUpTo: number
}

export interface ChainCheck {
  /** A checkpoint, in the order of their numbers; before or right after the row it covers. */
  checkpoint(checkpoint: Checkpoint): void
  /** Lines `fields TAB hash LF` of the rows in the order of the chain, cut anywhere. */
  rows(piece: Buffer): void
  fault(fault: AuditFault): void
  checked(): number
  end(): Findings
}

/**
 * Walks the chain. A line's hash covers the hash at the end of the line before it, and in the stream these bytes stand
 * side by side, so that each row is hashed where it lies, without taking it apart.
 */
export function createChainCheck(
  keys: ReadonlyMap<string, KeyObject>,
  anchor: Anchor = { seq: 0, hash: GENESIS },
): ChainCheck {
  const faults: AuditFault[] = []
  const awaited: Checkpoint[] = []
  const unsigned = new Set<number>()
  let faultCount = 0
  let seq = anchor.seq
  let rows = 0
  let checkpoints = 0
  let signedUpTo = anchor.checkpoint ? anchor.seq : 0
  let latest = anchor.checkpoint
  let broken = false
  /** The hash of the last row and what is left of the piece before, as they stand in the stream. */
  let rest = Buffer.from(`${anchor.hash}\n`)

  const fault = (found: AuditFault): void => {
    faultCount++
    if (faults.length < MOST_FAULTS) faults.push(found)
  }

  function checkpoint(next: Checkpoint): void {
    checkpoints++
    const wrong = (kind: AuditFault['kind'], detail: string) => fault({ kind, checkpoint: next.number, detail })
    const number = (latest?.number ?? 0) + 1
    if (next.number > number) wrong('checkpoint_missing', `checkpoints ${number} to ${next.number - 1} are missing`)
    else if (next.number < number)
      wrong('checkpoint_altered', `checkpoint ${next.number} stands where ${number} should`)
    else if (next.previous !== (latest ? digestOf(latest) : FIRST))
      wrong('checkpoint_altered', `checkpoint ${next.number} does not continue the one before`)
    if (!checkSignature(next)) unsigned.add(next.number)
    latest = next
    if (next.seq > seq) awaited.push(next)
    else if (next.seq === seq) compare(next, rest.toString('latin1', 0, HASH_DIGITS))
    else wrong('checkpoint_altered', `checkpoint ${next.number} comes after rows it does not know`)
  }

  function checkSignature(next: Checkpoint): boolean {
    const { number, keyId } = next
    const key = keys.get(keyId)
    if (key && isSignedBy(next, key)) return true
    fault(
      key
        ? {
            kind: 'checkpoint_altered',
            checkpoint: number,
            detail: `the signature of checkpoint ${number} does not hold`,
          }
        : {
            kind: 'key_unknown',
            checkpoint: number,
            detail: `checkpoint ${number} is signed with the key ${keyId}, which is not ours`,
          },
    )
    return false
  }

  function compare(due: Checkpoint, found: string): void {
    if (due.hash !== found || due.rowCount !== due.seq)
      fault({
        kind: 'row_altered',
        seq: due.seq,
        checkpoint: due.number,
        detail: `rows up to ${due.seq} were rewritten: checkpoint ${due.number} vouches for another hash`,
      })
    else if (!unsigned.has(due.number)) signedUpTo = due.seq
  }

  /** `bytes` from `from`: hash of the row before, LF, fields, TAB, own hash up to `end`. */
  function row(bytes: Buffer, from: number, end: number): void {
    const fields = end - HASH_DIGITS - 1
    const next = numberAt(bytes, from + HASH_DIGITS + 1)
    const own = bytes.toString('latin1', fields + 1, end)
    if (next > seq + 1)
      fault({
        kind: 'row_missing',
        seq: seq + 1,
        detail: next === seq + 2 ? `row ${seq + 1} is missing` : `rows ${seq + 1} to ${next - 1} are missing`,
      })
    else if (next !== seq + 1)
      fault({ kind: 'row_foreign', seq: seq + 1, detail: `row ${next} stands where row ${seq + 1} should` })
    else if (hash('sha256', bytes.subarray(from, fields), 'hex') !== own)
      fault({ kind: 'row_altered', seq: next, detail: `row ${next} was altered: its hash does not fit` })
    if (next > seq) seq = next
    rows++
    for (let due = awaited[0]; due && due.seq <= seq; due = awaited[0]) {
      awaited.shift()
      if (due.seq === seq) compare(due, own)
      else
        fault({
          kind: 'row_missing',
          seq: due.seq,
          checkpoint: due.number,
          detail: `row ${due.seq}, which checkpoint ${due.number} vouches for, is missing`,
        })
    }
  }

  function takeRows(piece: Buffer): void {
    if (broken) return
    const bytes = Buffer.concat([rest, piece])
    let from = 0
    for (;;) {
      const start = from + HASH_DIGITS + 1
      const end = bytes.indexOf(LINE_FEED, start)
      if (end < 0) break
      if (end - start < HASH_DIGITS + 2) {
        fault({ kind: 'file_broken', detail: `after row ${seq} stands something that is no row` })
        broken = true
        break
      }
      row(bytes, from, end)
      from = end - HASH_DIGITS
    }
    rest = Buffer.from(bytes.subarray(from))
  }

  if (anchor.checkpoint) checkSignature(anchor.checkpoint)
  return {
    checkpoint,
    rows: takeRows,
    fault,
    checked: () => rows,
    end() {
      if (rest.length > HASH_DIGITS + 1) fault({ kind: 'file_broken', detail: `row ${seq + 1} is cut off` })
      const due = awaited.at(-1)
      if (due)
        fault({
          kind: 'row_missing',
          seq: seq + 1,
          checkpoint: due.number,
          detail: `rows ${seq + 1} to ${due.seq} are missing: checkpoint ${due.number} vouches for them`,
        })
      return { rows, checkpoints, sound: faultCount === 0, faultCount, faults, signedUpTo }
    },
  }
}

function numberAt(bytes: Buffer, from: number): number {
  let number = 0
  for (let at = from; at < bytes.length && bytes[at] !== TAB; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}
