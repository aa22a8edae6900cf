import { generateKeyPairSync } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import {
  exportAudit,
  getAuditRecord,
  getAuditVerification,
  listAuditKeys,
  listAuditVerifications,
  searchAudit,
  verifyAudit,
} from '@bellwether/contract/platform/audit'
import { addCalendarEntry, changeCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'
import { withLock } from '../storage/index.ts'
import { type Checkpoint, digestOf, FIRST, signed } from './chain/checkpoint.ts'
import { createAudit, verifyExport } from './index.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

const analyst = everywhere('analyst')
const root = { ...everywhere('super_admin'), confirmedAt: new Date() }
const sale = {
  title: 'Black Friday',
  kind: 'promotion',
  zone: 'Europe/Berlin',
  startsAt: '2026-11-26T23:00:00.000Z',
  endsAt: '2026-11-27T23:00:00.000Z',
} as const

/** Does something to the stored log that no code of ours would, as an owner of the database could. */
const tamper = (...statements: string[]): Promise<void> =>
  app.platform.db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection)
    try {
      for (const statement of statements) await sql.raw(statement).execute(connection)
    } finally {
      await sql`set session_replication_role = origin`.execute(connection)
    }
  })

/** Nobody seals meanwhile, so that what was tampered with can be put back. */
const whileStill = (work: () => Promise<void>): Promise<void> => withLock(app.platform.db, 'platform/audit/chain', work)

/** The log as another process sees it, that has no memory of what was there. */
const newcomer = () => createAudit(app.platform)

test('an act is found with who, what, from where and what it changed', async () => {
  const added = await app.ask(addCalendarEntry, { body: { ...sale, domain: 'marketing' } }, analyst)
  await app.ask(
    changeCalendarEntry,
    { params: { id: added.id }, body: { ...sale, domain: 'marketing', hoursAfter: 12 } },
    analyst,
  )
  await app.platform.audit.seal()
  const { items } = await app.ask(searchAudit, { query: { objectId: added.id } }, root)
  expect(items).toMatchObject([
    { action: 'calendar.changed', object: { type: 'calendar', id: added.id, domain: 'marketing' } },
    { action: 'calendar.added', actor: { kind: 'user', name: 'Ada' }, from: { ip: '127.0.0.1' } },
  ])
  const record = await app.ask(getAuditRecord, { params: { id: items[0]?.id ?? '' } }, root)
  expect(new Set(record.changes)).toEqual(
    new Set([
      { path: 'hoursAfter', before: 0, after: 12 },
      { path: 'version', before: 1, after: 2 },
    ]),
  )
  expect(record).toMatchObject({ seq: expect.any(Number), hash: expect.stringMatching(/^[\da-f]{64}$/) })
})

test('a search is filtered, paged and itself recorded once', async () => {
  for (let day = 1; day <= 5; day++)
    await app.ask(addCalendarEntry, { body: { ...sale, title: `100%_${day}`, domain: 'paging' } }, analyst)
  const titles: unknown[] = []
  let cursor: string | undefined
  do {
    const page = await app.ask(
      searchAudit,
      { query: { domain: 'paging', limit: 2, text: '100%_', ...(cursor ? { cursor } : {}) } },
      root,
    )
    titles.push(...page.items.map(({ object }) => object.id))
    cursor = page.nextCursor
  } while (cursor)
  expect(new Set(titles).size).toBe(5)
  const searches = await app.ask(searchAudit, { query: { action: 'audit.search', text: '100%_' } }, root)
  expect(searches.items).toHaveLength(1)
  for (const query of [
    { actor: 'Ada', from: '2000-01-01T00:00:00Z' },
    { actor: analyst.id, objectType: 'calendar' },
    { action: 'calendar.' },
    { domain: 'paging' },
  ])
    expect((await app.ask(searchAudit, { query }, root)).items.length).toBeGreaterThanOrEqual(5)
  for (const query of [{ actor: 'A_a' }, { to: '2000-01-01T00:00:00Z' }, { correlationId: 'none' }, { text: 'x%z' }])
    expect((await app.ask(searchAudit, { query }, root)).items).toEqual([])
})

test('a domain admin sees the acts of that domain only', async () => {
  await app.ask(addCalendarEntry, { body: { ...sale, domain: 'warehouse' } }, analyst)
  const hidden = await app.ask(addCalendarEntry, { body: { ...sale, domain: 'payments' } }, analyst)
  const chief = person({ role: 'domain_admin', domain: 'warehouse' })
  const seen = await app.ask(searchAudit, {}, chief)
  expect(new Set(seen.items.map(({ object }) => object.domain))).toEqual(new Set(['warehouse']))
  const [act] = (await app.ask(searchAudit, { query: { objectId: hidden.id } }, root)).items
  expect(await app.refused(getAuditRecord, { params: { id: act?.id ?? '' } }, chief)).toMatchObject({ status: 404 })
  expect(await app.refused(exportAudit, {}, chief)).toMatchObject({ status: 403 })
  expect(await app.refused(searchAudit, {}, analyst)).toMatchObject({ status: 403 })
})

test('transactions that run at once neither wait for each other nor lose an act', async () => {
  const { db, audit, newId } = app.platform
  const late = newId()
  await db.transaction().execute(async (slow) => {
    await audit.record(slow, { action: 'test.slow', object: { type: 'test', id: late } })
    await Promise.all(
      Array.from({ length: 5 }, () =>
        db.transaction().execute(async (tx) => {
          for (let act = 0; act < 20; act++)
            await audit.record(tx, { action: 'test.quick', object: { type: 'test', id: newId() } })
        }),
      ),
    )
    await audit.seal()
    const quick = await app.ask(searchAudit, { query: { action: 'test.quick', limit: 500 } }, root)
    expect(quick.items.filter(({ seq }) => seq !== undefined)).toHaveLength(100)
  })
  await db
    .transaction()
    .execute(async (tx) => {
      await audit.record(tx, { action: 'test.undone', object: { type: 'test', id: newId() } })
      throw new Error('undo')
    })
    .catch(() => undefined)
  await audit.seal()
  const [act] = (await app.ask(searchAudit, { query: { objectId: late } }, root)).items
  expect(act?.seq).toBeGreaterThan(100)
  expect((await app.ask(searchAudit, { query: { action: 'test.undone' } }, root)).items).toEqual([])
  expect(await audit.verify()).toMatchObject({ sound: true, faults: [] })
  await audit.seal()
  const { rows } = await app.platform.pool.query('select count(*) from platform.audit_pending')
  expect(rows).toEqual([{ count: 0 }])
})

test('the tables of the log refuse to be changed', async () => {
  const { pool, audit, db, newId } = app.platform
  await audit.record(db, { action: 'test.kept', object: { type: 'test', id: newId() } })
  await audit.checkpoint()
  for (const statement of [
    `update platform.audit_entry set actor_name = 'Eve'`,
    'delete from platform.audit_entry',
    'truncate platform.audit_entry',
    'insert into platform.audit_entry select 9999, gen_random_uuid(), at, actor_kind, actor_id, actor_name, action, object_type, object_id, domain, ip, user_agent, request_id, correlation_id, changes, hash from platform.audit_entry limit 1',
    `update platform.audit_checkpoint set hash = 'x'`,
    'delete from platform.audit_checkpoint',
    'delete from platform.audit_key',
    'truncate platform.audit_pending',
  ])
    await expect(pool.query(statement), statement).rejects.toThrow(/audit log only grows/)
})

test('whatever an owner of the database does to it is found', async () => {
  const { audit, db, newId } = app.platform
  for (let act = 0; act < 30; act++)
    await audit.record(db, { action: 'test.kept', object: { type: 'test', id: newId() }, after: { act } })
  await audit.checkpoint()
  const { rows: before } = await app.platform.pool.query('select max(seq) as seq from platform.audit_entry')
  const last = Number(before[0].seq)
  expect(await audit.verify()).toMatchObject({ sound: true, rows: last, total: last, signedUpTo: last })
  expect(await audit.verify({ from: last - 3, to: last - 1 })).toMatchObject({ sound: true })

  const undone = (statements: string[], kind: string, span = {}) =>
    whileStill(async () => {
      await tamper('create table public.kept as select * from platform.audit_entry', ...statements)
      try {
        const report = await audit.verify(span)
        expect(report, statements[0]).toMatchObject({ sound: false })
        expect(report.faults.map((fault) => fault.kind)).toContain(kind)
      } finally {
        await tamper(
          'delete from platform.audit_entry',
          'insert into platform.audit_entry select * from public.kept',
          'drop table public.kept',
        )
      }
    })
  await undone([`update platform.audit_entry set actor_name = 'Eve' where seq = 7`], 'row_altered')
  await undone([`update platform.audit_entry set domain = '' where domain is null and seq = ${last}`], 'row_altered')
  await undone([`update platform.audit_entry set at = at + interval '1 ms' where seq = ${last}`], 'row_altered', {
    from: last,
  })
  await undone(['delete from platform.audit_entry where seq = 7'], 'row_missing')
  await undone([`delete from platform.audit_entry where seq > ${last - 2}`], 'row_missing')
  await undone(
    [
      `update platform.audit_entry set seq = -seq where seq in (7, 8)`,
      'update platform.audit_entry set seq = 15 + seq where seq < 0',
    ],
    'row_altered',
  )
  await undone([`update platform.audit_entry set seq = ${last + 1} where seq = 9`], 'row_missing')
  expect(await audit.verify()).toMatchObject({ sound: true })
})

test('a checkpoint that is changed, taken away or signed by a stranger is found', async () => {
  const { audit, db, newId } = app.platform
  for (let round = 0; round < 3; round++) {
    await audit.record(db, { action: 'test.signed', object: { type: 'test', id: newId() } })
    await audit.checkpoint()
  }
  const undone = (statements: string[], kind: string) =>
    whileStill(async () => {
      await tamper('create table public.kept as select * from platform.audit_checkpoint', ...statements)
      try {
        const report = await audit.verify()
        expect(
          report.faults.map((fault) => fault.kind),
          statements[0],
        ).toContain(kind)
      } finally {
        await tamper(
          'delete from platform.audit_checkpoint',
          'insert into platform.audit_checkpoint select * from public.kept',
          'drop table public.kept',
        )
      }
    })
  const newest = '(select max(number) from platform.audit_checkpoint)'
  await undone(
    [`update platform.audit_checkpoint set row_count = row_count + 1 where number = ${newest}`],
    'checkpoint_altered',
  )
  await undone([`delete from platform.audit_checkpoint where number = ${newest} - 1`], 'checkpoint_missing')
  await undone([`delete from platform.audit_checkpoint where number = ${newest}`], 'checkpoint_missing')
  await undone([`update platform.audit_checkpoint set key_id = 'mallory' where number = 1`], 'key_unknown')
  expect(await audit.verify()).toMatchObject({ sound: true })
})

test('a signing key put into the database by somebody else counts for nothing', async () => {
  const { audit, pool } = app.platform
  await audit.checkpoint()
  await whileStill(async () => {
    await tamper(
      'create table public.kept_keys as select * from platform.audit_key',
      'create table public.kept_checkpoints as select * from platform.audit_checkpoint',
    )
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const { rows } = await pool.query(
      'select number, seq, row_count as "rowCount", hash, at, key_id as "keyId" from platform.audit_checkpoint order by number',
    )
    let last: Checkpoint | undefined
    const statements = rows.map(({ at, ...row }) => {
      const previous = last ? digestOf(last) : FIRST
      last = signed({ ...row, at: at.toISOString(), previous }, privateKey)
      return `update platform.audit_checkpoint set previous = '${previous}', signature = '${last.signature}' where number = ${row.number}`
    })
    const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    await tamper(`update platform.audit_key set public_key = '${der}'`, ...statements)
    const report = await newcomer().verify()
    expect(report).toMatchObject({ sound: false, signedUpTo: 0 })
    expect(new Set(report.faults.map(({ kind }) => kind))).toEqual(new Set(['key_unknown']))
    await tamper(
      'delete from platform.audit_key',
      'insert into platform.audit_key select * from public.kept_keys',
      'delete from platform.audit_checkpoint',
      'insert into platform.audit_checkpoint select * from public.kept_checkpoints',
    )
  })
  expect(await newcomer().verify()).toMatchObject({ sound: true })
})

test('a tail cut together with its signatures is missed by the process that saw it', async () => {
  const { audit, db, newId } = app.platform
  await audit.record(db, { action: 'test.cut', object: { type: 'test', id: newId() } })
  await audit.checkpoint()
  await whileStill(async () => {
    await tamper(
      'create table public.cut as select * from platform.audit_entry order by seq desc limit 1',
      'create table public.cut_mark as select * from platform.audit_checkpoint order by number desc limit 1',
      'delete from platform.audit_entry where seq in (select seq from public.cut)',
      'delete from platform.audit_checkpoint where number in (select number from public.cut_mark)',
    )
    expect(await newcomer().verify()).toMatchObject({ sound: true }) // nobody else can know
    const report = await audit.verify()
    expect(report.faults.map(({ kind }) => kind)).toEqual(['row_missing', 'checkpoint_missing'])
    await tamper(
      'insert into platform.audit_entry select * from public.cut',
      'insert into platform.audit_checkpoint select * from public.cut_mark',
    )
  })
})

test('verification is asked for, told about and recorded', async () => {
  const done = await app.ask(verifyAudit, { body: {} }, root)
  expect(done).toMatchObject({ state: 'done', sound: true, faultCount: 0, startedBy: 'Ada' })
  expect(await app.ask(getAuditVerification, { params: { id: done.id } }, root)).toEqual(done)
  expect((await app.ask(listAuditVerifications, {}, root)).items[0]).toEqual(done)
  expect((await app.ask(searchAudit, { query: { action: 'audit.verify' } }, root)).items.length).toBeGreaterThan(0)
  expect((await app.refused(verifyAudit, { body: { from: 9, to: 3 } }, root)).errors?.[0]?.path).toBe('body.to')
})

test('health tells of a log that does not verify until it does again', async () => {
  const { audit } = app.platform
  await audit.seal()
  await whileStill(async () => {
    await tamper(`update platform.audit_entry set actor_name = actor_name || '!' where seq = 3`)
    const found = await app.ask(verifyAudit, { body: {} }, root)
    expect(found).toMatchObject({ state: 'done', sound: false, faults: [{ kind: 'row_altered', seq: 3 }] })
    expect(await audit.troubles()).toEqual([`the audit log does not verify: see verification ${found.id}`])
    await tamper(`update platform.audit_entry set actor_name = left(actor_name, -1) where seq = 3`)
    expect(await app.ask(verifyAudit, { body: { from: 1, to: 3 } }, root)).toMatchObject({ sound: true })
    expect(await audit.troubles()).toHaveLength(1) // a part cannot acquit the whole
    expect(await app.ask(verifyAudit, { body: {} }, root)).toMatchObject({ sound: true })
    expect(await audit.troubles()).toEqual([])
  })
})

test('an export verifies by itself, and only with the fingerprint that the keys page shows', async () => {
  const { keys } = { keys: (await app.ask(listAuditKeys, {}, root)).items }
  expect(keys).toMatchObject([{ algorithm: 'Ed25519', publicKey: expect.stringContaining('BEGIN PUBLIC KEY') }])
  const fingerprints = keys.map(({ fingerprint }) => fingerprint)
  const response = await app.send(exportAudit, {}, root)
  expect(response.headers['content-type']).toBe('application/gzip')
  const lines = gunzipSync(response.bytes).toString().trimEnd().split('\n')
  const report = await verifyExport(lines, { fingerprints })
  expect(report).toMatchObject({ sound: true, faults: [], keys: [{ fingerprint: fingerprints[0] }] })
  expect(report.rows).toBe(report.last?.seq)
  expect((await verifyExport(lines, { fingerprints: ['0'.repeat(64)] })).sound).toBe(false)
})
