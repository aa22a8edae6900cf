import type pg from 'pg'
import type { Db } from '../../storage/index.ts'
import { type Checkpoint, digestOf, FIRST, signatureOf } from './checkpoint.ts'
import { checkpointLine, endLine, endText, headerLine, rowLine } from './file.ts'
import { readCheckpoints, readLines } from './reading.ts'
import type { Signer } from './signer.ts'
import { type ChainStore, createChainStore } from './store.ts'

export interface ExportParts {
  db: Db
  pool: pg.Pool
  signer: Signer
  now: () => Date
}

/** The signed part of the chain as lines of NDJSON, in pieces of some thousand characters. */
export async function* exportChain({ db, pool, signer, now }: ExportParts): AsyncGenerator<string> {
  const store = createChainStore(db)
  const last = await store.lastCheckpoint()
  const header = headerLine(now().toISOString(), await signer.trusted())
  yield `${header}\n`
  let rows = 0
  let checkpoints = 0
  for await (const { text, rows: more, checkpoints: signed } of chainText(store, pool, last)) {
    rows += more
    checkpoints += signed
    yield text
  }
  const { id: keyId, key } = await signer.current()
  const signature = signatureOf(endText(header, { rows, checkpoints }, last ? digestOf(last) : FIRST), key)
  yield `${endLine({ rows, checkpoints, keyId, signature })}\n`
}

async function* chainText(store: ChainStore, pool: pg.Pool, last: Checkpoint | undefined) {
  if (!last) return
  const due = oneByOne(readCheckpoints(store, 0, last.number))
  let next = (await due.next()).value
  let rest = ''
  const decoder = new TextDecoder()
  for await (const piece of readLines(pool, { from: 1, to: last.seq })) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    const out = { text: '', rows: lines.length, checkpoints: 0 }
    for (const line of lines) {
      out.text += `${rowLine(line)}\n`
      const seq = Number(line.slice(0, line.indexOf('\t')))
      for (; next && next.seq <= seq; next = (await due.next()).value) {
        out.text += `${checkpointLine(next)}\n`
        out.checkpoints++
      }
    }
    yield out
  }
}

async function* oneByOne(pages: AsyncIterable<Checkpoint[]>): AsyncGenerator<Checkpoint, undefined> {
  for await (const page of pages) yield* page
  return undefined
}
