import { setImmediate as breath } from 'node:timers/promises'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Db } from '../../storage/index.ts'
import type { AuditProgress, AuditReport, AuditSpan } from '../face.ts'
import { GENESIS } from './canonical.ts'
import { type Anchor, type ChainCheck, createChainCheck } from './check.ts'
import { type Checkpoint, digestOf, publicKeyOf } from './checkpoint.ts'
import type { Witness } from './sealer.ts'
import type { Signer } from './signer.ts'
import { type ChainStore, chainLines, createChainStore } from './store.ts'

/** Checkpoints whose signatures are checked in one go, before other work gets its turn. */
const CHECKPOINTS_AT_ONCE = 100

export interface ReadingParts {
  db: Db
  pool: pg.Pool
  signer: Signer
  witness: () => Witness | undefined
}

/** Lines of the chain from the database, in pieces as they come; as long as it takes. */
export async function* readLines(pool: pg.Pool, { from, to }: { from: number; to: number }): AsyncGenerator<Buffer> {
  const client = await pool.connect()
  let whole = false
  try {
    await client.query('begin read only')
    await client.query('set local statement_timeout = 0')
    for await (const piece of client.query(copyTo(chainLines(from, to)))) yield piece as Buffer
    await client.query('commit')
    whole = true
  } finally {
    client.release(!whole) // left early, the connection is in the middle of an answer
  }
}

/** Checkpoints after one, in order, a page at a time. */
export async function* readCheckpoints(store: ChainStore, after: number, upTo: number): AsyncGenerator<Checkpoint[]> {
  for (let last = after; ; ) {
    const page = await store.checkpointsAfter(last, { limit: CHECKPOINTS_AT_ONCE, upTo })
    if (page.length === 0) return
    yield page
    last = page.at(-1)?.number ?? upTo
  }
}

/** Reads a span of the chain and checks it; what is appended meanwhile is left for the next time. */
export async function verifyChain(
  { db, pool, signer, witness }: ReadingParts,
  span: AuditSpan,
  progress: (at: AuditProgress) => void,
): Promise<AuditReport> {
  const store = createChainStore(db)
  const seen = witness()
  const { anchor, to, lastNumber } = await boundsOf(store, span)
  const total = Math.max(0, to - anchor.seq)
  const keys = new Map((await signer.trusted()).flatMap((key) => pair(key.id, publicKeyOf(key))))
  const check = createChainCheck(keys, anchor)
  for await (const page of readCheckpoints(store, anchor.checkpoint?.number ?? 0, lastNumber)) {
    for (const checkpoint of page) check.checkpoint(checkpoint)
    await breath()
  }
  for await (const piece of readLines(pool, { from: anchor.seq + 1, to })) {
    check.rows(piece)
    progress({ rows: check.checked(), total })
  }
  if (seen) await compareWitness(store, seen, check)
  return { ...check.end(), total }
}

const pair = <V>(key: string, value: V | undefined): [string, V][] => (value === undefined ? [] : [[key, value]])

/** Widened to the checkpoints around the span, for only they say what the hashes at its ends should be. */
async function boundsOf(store: ChainStore, { from = 1, to }: AuditSpan) {
  const before = await store.lastCheckpoint(from - 1)
  const anchor: Anchor = before ? { seq: before.seq, hash: before.hash, checkpoint: before } : { seq: 0, hash: GENESIS }
  const closing = (to === undefined ? undefined : await store.firstCheckpointFrom(to)) ?? (await store.lastCheckpoint())
  const head = await store.head()
  const end =
    to !== undefined && closing && closing.seq >= to ? closing.seq : Math.max(head?.seq ?? 0, closing?.seq ?? 0)
  return { anchor, to: end, lastNumber: closing?.number ?? 0 }
}

/** What this process remembers must still be there: a tail cut together with its signatures shows by nothing else. */
async function compareWitness(store: ChainStore, seen: Witness, check: ChainCheck): Promise<void> {
  if ((await store.hashOf(seen.seq)) !== seen.hash)
    check.fault({
      kind: 'row_missing',
      seq: seen.seq,
      detail: `row ${seen.seq} was here a while ago and is gone or changed`,
    })
  if (!seen.checkpoint) return
  const { number } = seen.checkpoint
  const [stored] = await store.checkpointsAfter(number - 1, { limit: 1, upTo: number })
  if (!stored || digestOf(stored) !== digestOf(seen.checkpoint))
    check.fault({
      kind: 'checkpoint_missing',
      checkpoint: number,
      detail: `checkpoint ${number} was here a while ago and is gone or changed`,
    })
}
