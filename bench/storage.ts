// How fast rows are loaded: our COPY against the server's own fastest way, `insert … select unnest`, in the same run.
import { copyInto } from '../server/src/platform/storage/index.ts'
import { type BenchOptions, median, report } from './report.ts'
import { temporaryDatabase } from './temporary-database.ts'

const ROWS = 500_000
const ROUNDS = 5
const POINT_READS = 2000

export async function run(_: BenchOptions): Promise<void> {
  const database = await temporaryDatabase()
  try {
    await database.pool.query(
      'create table point (series int not null, at timestamptz not null, value double precision not null, note text)',
    )
    const rows = Array.from(
      { length: ROWS },
      (_, index) =>
        [
          index % 1000,
          new Date(1_760_000_000_000 + index * 1000),
          Math.sin(index) * 100,
          index % 10 ? null : `note ${index}`,
        ] as const,
    )
    const columns = {
      series: rows.map((row) => row[0]),
      at: rows.map((row) => row[1]),
      value: rows.map((row) => row[2]),
      note: rows.map((row) => row[3]),
    }
    const copy = await rounds(() => copyInto(database.pool, { table: 'point', columns: Object.keys(columns) }, rows))
    const unnest = await rounds(() =>
      database.pool.query(
        'insert into point select * from unnest($1::int[], $2::timestamptz[], $3::double precision[], $4::text[])',
        Object.values(columns),
      ),
    )
    const read = await pointReads(database)
    console.log(`COPY            ${Math.round(copy).toLocaleString('en')} rows/s (bar 200,000)`)
    console.log(
      `insert … unnest ${Math.round(unnest).toLocaleString('en')} rows/s, for comparison: COPY is ${(copy / unnest).toFixed(2)} times as fast`,
    )
    console.log(`point query     ${read.toFixed(3)} ms`)
    report('storage', {
      copyRowsPerSecond: Math.round(copy),
      unnestRowsPerSecond: Math.round(unnest),
      ratio: copy / unnest,
      pointQueryMs: read,
      rounds: ROUNDS,
    })
  } finally {
    await database.close()
  }

  async function rounds(work: () => Promise<unknown>): Promise<number> {
    const speeds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await database.pool.query('truncate point')
      const began = performance.now()
      await work()
      speeds.push(ROWS / ((performance.now() - began) / 1000))
    }
    return median(speeds)
  }
}

async function pointReads({ pool }: Awaited<ReturnType<typeof temporaryDatabase>>): Promise<number> {
  await pool.query('create index on point (series, at)')
  await pool.query('analyze point')
  const times: number[] = []
  for (let index = 0; index < POINT_READS; index++) {
    const began = performance.now()
    await pool.query({
      name: 'point',
      text: 'select value from point where series = $1 order by at desc limit 1',
      values: [index % 1000],
    })
    times.push(performance.now() - began)
  }
  return median(times)
}
