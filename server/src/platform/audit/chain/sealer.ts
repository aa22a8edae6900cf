import { reasonOf } from '../../errors/index.ts'
import { type Db, tryLock, withLock } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { canonicalLine, GENESIS, linked } from './canonical.ts'
import { type Checkpoint, digestOf, FIRST, signed } from './checkpoint.ts'
import type { Signer, SigningKey } from './signer.ts'
import { createChainStore } from './store.ts'

/** Whoever holds it writes the chain; one process at a time. */
const LOCK = 'platform/audit/chain'
const BATCH = 1_000
const ROWS_PER_CHECKPOINT = 1_000
/** Milliseconds a row may wait for a signature, and between two looks for new rows. */
const CHECKPOINT_AFTER = 60_000
const LOOK_EVERY = 500
const AFTER_FAILURE = 5_000

export interface SealerParts {
  db: Db
  signer: Signer
  log: Log
  now: () => Date
}

/** What this process saw of the chain: held in memory, out of the reach of whoever changes the database. */
export interface Witness {
  seq: number
  hash: string
  checkpoint?: Checkpoint
}

/**
 * Puts recorded acts into the chain. Acts wait in a queue that the recording transactions only append to, so they
 * never wait for each other; what has not been committed is simply not seen yet and gets its place later.
 */
export function createSealer({ db, signer, log, now }: SealerParts) {
  /** The last row this process saw in the chain: whoever cuts the unsigned tail is noticed by it. */
  let witness: Witness | undefined

  async function sealBatch(tx: Db): Promise<number> {
    const store = createChainStore(tx)
    const waiting = await store.waiting(BATCH)
    if (waiting.length === 0) return 0
    const head = (await store.head()) ?? { seq: 0, hash: GENESIS }
    if (witness && (await store.hashOf(witness.seq)) !== witness.hash)
      log.error({ seq: witness.seq }, 'the audit log was altered: a row that was there has changed or gone')
    let { seq, hash } = head
    const places = waiting.map(({ n, fields }) => {
      seq++
      hash = linked(hash, canonicalLine([String(seq), ...fields]))
      return { n, seq, hash }
    })
    await store.move(places)
    return waiting.length
  }

  async function signIfDue(tx: Db, key: SigningKey, { always }: { always: boolean }): Promise<Checkpoint | undefined> {
    const store = createChainStore(tx)
    const [head, last] = [await store.head(), await store.lastCheckpoint()]
    if (!head || head.seq <= (last?.seq ?? 0)) return undefined
    const age = now().getTime() - Date.parse(last?.at ?? '')
    const due = always || head.seq - (last?.seq ?? 0) >= ROWS_PER_CHECKPOINT || !(age < CHECKPOINT_AFTER)
    if (!due) return undefined
    const checkpoint = signed(
      {
        number: (last?.number ?? 0) + 1,
        seq: head.seq,
        rowCount: head.seq,
        hash: head.hash,
        previous: last ? digestOf(last) : FIRST,
        at: now().toISOString(),
        keyId: key.id,
      },
      key.key,
    )
    await store.addCheckpoint(checkpoint)
    return checkpoint
  }

  /** One batch in one transaction; undefined when another process is at it. */
  async function step(lock: typeof tryLock | typeof withLock, always = false): Promise<number | undefined> {
    const key = await signer.current()
    const done = await lock(db, LOCK, async (tx) => {
      const moved = await sealBatch(tx)
      const checkpoint = await signIfDue(tx, key, { always: always && moved < BATCH })
      return { moved, checkpoint, head: await createChainStore(tx).head() }
    })
    if (!done) return undefined
    if (done.head) witness = { ...done.head, ...(done.checkpoint ? { checkpoint: done.checkpoint } : keptOf(witness)) }
    if (done.checkpoint) {
      const { number, seq, hash } = done.checkpoint
      log.info({ checkpoint: number, seq, hash, digest: digestOf(done.checkpoint) }, 'audit log signed')
    }
    return done.moved
  }

  async function sealAll({ sign }: { sign: boolean }): Promise<void> {
    while ((await step(withLock, sign)) === BATCH);
  }

  async function sealRest(): Promise<void> {
    const { waiting, head, signed: signedUpTo } = await createChainStore(db).outlook()
    if (waiting || head > signedUpTo) await sealAll({ sign: true })
  }

  async function look(): Promise<void> {
    const { waiting, head, signed: signedUpTo, signedAt } = await createChainStore(db).outlook()
    const signatureDue = head > signedUpTo && !(now().getTime() - (signedAt?.getTime() ?? 0) < CHECKPOINT_AFTER)
    if (!waiting && !signatureDue) return
    while ((await step(tryLock)) === BATCH);
  }

  return {
    seal: () => sealAll({ sign: false }),
    checkpoint: () => sealAll({ sign: true }),
    witness: () => witness,
    /** Looks for new acts until stopped; at the end everything recorded is chained and signed. */
    start(): () => Promise<void> {
      let stopped = false
      let running: Promise<void> = Promise.resolve()
      let timer: NodeJS.Timeout
      const next = (delay: number) => {
        if (stopped) return
        timer = setTimeout(() => {
          running = look().then(
            () => next(LOOK_EVERY),
            (error: unknown) => {
              log.error({ reason: reasonOf(error) }, 'the audit log could not be chained; trying again')
              next(AFTER_FAILURE)
            },
          )
        }, delay)
      }
      next(LOOK_EVERY)
      return async () => {
        stopped = true
        clearTimeout(timer)
        await running
        await sealRest().catch((error: unknown) =>
          log.warn({ reason: reasonOf(error) }, 'the last acts are recorded; the next start puts them into the chain'),
        )
      }
    },
  }
}
export type Sealer = ReturnType<typeof createSealer>

const keptOf = (witness: Witness | undefined) => (witness?.checkpoint ? { checkpoint: witness.checkpoint } : {})
