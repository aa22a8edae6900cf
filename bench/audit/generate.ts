import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { COLUMNS, canonicalLine, GENESIS, linked } from '../../server/src/platform/audit/chain/canonical.ts'
import { type Checkpoint, digestOf, FIRST, signed } from '../../server/src/platform/audit/chain/checkpoint.ts'
import { createSigner } from '../../server/src/platform/audit/chain/signer.ts'
import { createChainStore } from '../../server/src/platform/audit/chain/store.ts'
import type { Secrets } from '../../server/src/platform/secrets/index.ts'
import type { Database } from '../../server/src/platform/storage/index.ts'

const PER_CHECKPOINT = 1000
const ACTIONS = ['calendar.changed', 'user.invited', 'flag.switched', 'incident.acknowledged', 'saga.approved']

/** Fills the chain as the sealer would have over the months, with a signature every thousand rows. */
export async function fillChain({ db, pool }: Database, secrets: Secrets, rows: number): Promise<void> {
  const now = () => new Date()
  const { id, key } = await createSigner({ db, secrets, now }).current()
  const checkpoints: Checkpoint[] = []
  let hash = GENESIS
  function* pieces(): Generator<string> {
    let text = ''
    for (let seq = 1; seq <= rows; seq++) {
      const line = canonicalLine(act(seq))
      hash = linked(hash, line)
      text += `${line}\t\\\\x${hash}\n`
      if (seq % PER_CHECKPOINT === 0 || seq === rows) {
        const last = checkpoints.at(-1)
        const number = checkpoints.length + 1
        const previous = last ? digestOf(last) : FIRST
        const at = new Date(1_760_000_000_000 + seq * 1000).toISOString()
        checkpoints.push(signed({ number, seq, rowCount: seq, hash, previous, at, keyId: id }, key))
        yield text
        text = ''
      }
    }
  }
  const client = await pool.connect()
  try {
    await client.query(`set bellwether.audit_sealer = 'on'`)
    await pipeline(
      Readable.from(pieces()),
      client.query(copyFrom(`copy platform.audit_entry (${COLUMNS.join(', ')}, hash) from stdin`)),
    )
  } finally {
    client.release(true)
  }
  await db.transaction().execute(async (tx) => {
    for (const checkpoint of checkpoints) await createChainStore(tx).addCheckpoint(checkpoint)
  })
  await pool.query('vacuum analyze platform.audit_entry')
}

function act(seq: number): (string | null)[] {
  const id = randomUUID()
  const changes = [
    { path: 'title', before: `Sale of week ${seq % 52}`, after: `Sale "${seq % 53}"\tÄnderung` },
    { path: 'hoursAfter', before: seq % 24, after: seq % 12 },
    { path: 'version', before: seq % 9, after: (seq % 9) + 1 },
  ]
  return [
    String(seq),
    id,
    new Date(1_760_000_000_000 + seq * 1000).toISOString().replace('Z', '000Z'),
    'user',
    `0190a1b2-0000-7000-8000-${String(seq % 400).padStart(12, '0')}`,
    `Person ${seq % 400}`,
    ACTIONS[seq % ACTIONS.length] ?? '',
    'calendar',
    id,
    seq % 3 ? 'marketing' : null,
    '192.0.2.17',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
    id,
    id,
    JSON.stringify(changes),
  ]
}
