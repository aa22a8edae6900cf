import { setTimeout as sleep } from 'node:timers/promises'
import { event, type Fact } from '@bellwether/contract/event'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase } from '../../testing.ts'
import { system } from '../access/index.ts'
import { uuidv7 } from '../ids/index.ts'
import type { Db } from '../storage/index.ts'
import { createLog, currentContext, runIn } from '../telemetry/index.ts'
import { createBus } from './index.ts'
import { until } from './testdata/until.ts'

const DRIVERS = [{ name: 'postgres', create: createBus }]

const Moved = event('test.parcel-moved', 1, { summary: 'A parcel moved', data: z.object({ n: z.number() }) })
const Lost = event('test.parcel-lost', 1, { summary: 'A parcel was lost', data: z.object({ n: z.number() }) })

type Database = Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.close())

let made = 0
const groupName = () => `test.group-${++made}`

describe.each(DRIVERS)('the event log on $name', ({ create }) => {
  const running: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((stop) => stop()))
  })

  const log = createLog({ logLevel: 'silent' })
  const makeBus = (more: { backoff?: () => number; now?: () => Date } = {}) =>
    create({ db, pool: database.pool, log, now: () => new Date(), newId: () => uuidv7(), backoff: () => 0, ...more })
  async function started(bus: ReturnType<typeof makeBus>): Promise<() => Promise<void>> {
    let stop: (() => Promise<void>) | undefined = await bus.start()
    const once = async () => {
      const now = stop
      stop = undefined
      await now?.()
    }
    running.push(once)
    return once
  }

  /** A bus with one group that notes what it was given. */
  async function listening(group = groupName(), handle?: (fact: Fact<{ n: number }>) => void | Promise<void>) {
    const bus = makeBus()
    const seen: Fact<{ n: number }>[] = []
    bus.subscribe({
      group,
      types: [Moved],
      async handle(fact) {
        await handle?.(fact)
        seen.push(fact)
      },
    })
    const stop = await started(bus)
    return { bus, group, seen, stop, numbers: () => seen.map((fact) => fact.data.n) }
  }
  const letters = async (bus: ReturnType<typeof makeBus>, group: string) =>
    (await bus.deadLetters.list({ group, limit: 50 })).items

  test('a fact published in a transaction that is rolled back is never seen', async () => {
    const { bus, numbers } = await listening()
    await db
      .transaction()
      .execute(async (tx) => {
        await bus.publish(tx, Moved, { key: 'a', data: { n: 1 } })
        throw new Error('undone')
      })
      .catch(() => undefined)
    await bus.publish(db, Moved, { key: 'a', data: { n: 2 } })
    await until('the second fact came', () => numbers().length > 0)
    expect(numbers()).toEqual([2])
  })

  test('a fact arrives as a CloudEvent, and its correlation goes on into what the handler does', async () => {
    let inHandler: unknown
    const { bus, seen } = await listening(groupName(), () => {
      inHandler = currentContext()
    })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await runIn({ correlationId: 'request 7', principal: system('test'), traceparent }, () =>
      bus.publish(db, Moved, {
        key: 'parcel 7',
        subject: 'Leipzig',
        data: { n: 7, secret: 'left out' } as { n: number },
      }),
    )
    await until('it came', () => seen.length === 1)
    expect(seen[0]).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      source: '/bellwether/test',
      type: 'test.parcel-moved',
      dataversion: 1,
      subject: 'Leipzig',
      time: expect.stringMatching(/Z$/),
      partitionkey: 'parcel 7',
      position: expect.any(Number),
      correlationid: 'request 7',
      traceparent,
      data: { n: 7 },
    })
    expect(inHandler).toMatchObject({ correlationId: 'request 7', traceparent, principal: { kind: 'system' } })
  })

  test('a wrong fact is refused where it is published, without repeating what was in it', async () => {
    const bus = makeBus()
    const wrong = bus.publish(db, Moved, { key: 'a', data: { n: 'hunter2' as unknown as number } })
    await expect(wrong).rejects.toThrow(/test\.parcel-moved version 1 .*n: invalid_type/)
    await expect(wrong).rejects.not.toThrow(/hunter2/)
    await expect(bus.publish(db, Moved, { key: '', data: { n: 1 } })).rejects.toMatchObject({ code: 'invalid' })
    await expect(bus.publish(db, Moved, { key: 'k'.repeat(600), data: { n: 1 } })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('characters that a database cannot hold do not stop the log', async () => {
    const Said = event('test.thing-said', 1, { summary: 'Said', data: z.object({ text: z.string() }) })
    const bus = makeBus()
    const texts: string[] = []
    bus.subscribe({ group: groupName(), types: [Said], handle: async ({ data }) => void texts.push(data.text) })
    await started(bus)
    await bus.publish(db, Said, {
      key: 'nul \0 key',
      subject: '\0',
      data: { text: 'nul \0, half a pair \ud800, quote "' },
    })
    await bus.publish(db, Said, { key: 'nul \0 key', data: { text: 'next' } })
    await until('both came', () => texts.length === 2)
    expect(texts).toEqual(['nul \0, half a pair \ud800, quote "', 'next'])
  })

  test('facts of one key keep their order under 20 publishers that commit at random times', async () => {
    const { bus, seen } = await listening()
    const KEYS = ['a', 'b', 'c', 'd', 'e']
    const order = new Map(KEYS.map((key) => [key, [] as number[]]))
    const locks = new Map(KEYS.map((key) => [key, Promise.resolve()]))
    let next = 0
    // Of one key each transaction publishes after the one before has committed; across keys nothing is ordered.
    const publishNext = (key: string) => {
      const mine = (locks.get(key) ?? Promise.resolve()).then(async () => {
        const n = next++
        await db.transaction().execute(async (tx) => {
          await bus.publish(tx, Moved, { key, data: { n } })
          await sleep(Math.random() * 4)
        })
        order.get(key)?.push(n)
      })
      locks.set(key, mine)
      return mine
    }
    const publisher = async (nth: number) => {
      for (let i = 0; i < 15; i++) await publishNext(KEYS[(nth + i) % KEYS.length] as string)
    }
    await Promise.all(Array.from({ length: 20 }, (_, nth) => publisher(nth)))
    await until('all came', () => seen.length >= 300)
    for (const key of KEYS)
      expect(seen.filter((fact) => fact.partitionkey === key).map((fact) => fact.data.n)).toEqual(order.get(key))
    expect(seen).toHaveLength(300)
  })

  test('a transaction that commits late is not skipped', async () => {
    const { bus, numbers } = await listening()
    let commit: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      commit = resolve
    })
    let published: () => void = () => undefined
    const early = new Promise<void>((resolve) => {
      published = resolve
    })
    const late = db.transaction().execute(async (tx) => {
      await bus.publish(tx, Moved, { key: 'late', data: { n: 1 } })
      published()
      await held
    })
    await early
    await bus.publishAll(
      db,
      Moved,
      [2, 3, 4].map((n) => ({ key: `k${n}`, data: { n } })),
    )
    await until('the later ones came', () => numbers().length === 3)
    commit()
    await late
    await until('the early one came', () => numbers().length === 4)
    expect(numbers().at(-1)).toBe(1)
  })

  test('what a handler writes happens exactly with the group moving on', async () => {
    const group = groupName()
    const bus = makeBus()
    let failures = 0
    bus.subscribe({
      group,
      types: [Moved],
      async handle(fact, tx) {
        await bus.publish(tx, Lost, { key: fact.partitionkey, data: fact.data })
        if (failures++ < 3) throw new Error('after it had written')
      },
    })
    const echoes: number[] = []
    bus.subscribe({ group: groupName(), types: [Lost], handle: async ({ data }) => void echoes.push(data.n) })
    await started(bus)
    await bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await bus.publish(db, Moved, { key: 'a', data: { n: 2 } })
    await until('the echoes came', () => echoes.length >= 2)
    expect(echoes).toEqual([1, 2])
  })

  test('two processes on one database share the lanes of a group, and one takes over from the other', async () => {
    const group = groupName()
    const one = await listening(group)
    const two = await listening(group)
    let published = 0
    const publish = (from: number) => {
      published += 200
      return one.bus.publishAll(
        db,
        Moved,
        Array.from({ length: 200 }, (_, i) => ({ key: `k${i % 50}`, data: { n: from + i } })),
      )
    }
    // Lanes are handed over shortly after the second joined.
    await until('both take part', async () => {
      await publish(0)
      return one.seen.length > 0 && two.seen.length > 0
    })
    await until('all were handled', () => one.seen.length + two.seen.length >= published)
    const ids = [...one.seen, ...two.seen].map((fact) => fact.id)
    expect(new Set(ids).size).toBe(ids.length)
    await one.stop()
    const before = two.seen.length
    await publish(1000)
    await until('the other took over', () => two.seen.length === before + 200)
    const last = two.seen.slice(before)
    for (let key = 0; key < 50; key++) {
      const numbers = last.filter((fact) => fact.partitionkey === `k${key}`).map((fact) => fact.data.n)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    }
  })

  test('a poison fact holds up its key alone, then lies among the dead letters and the facts behind it go on', async () => {
    let broken = true
    const tries: number[] = []
    const { bus, group, seen } = await listening(groupName(), ({ data, partitionkey }) => {
      if (partitionkey === 'bad') tries.push(data.n)
      if (data.n === 1 && broken) throw new Error('no such parcel')
    })
    await bus.publishAll(db, Moved, [
      { key: 'good', data: { n: 0 } },
      { key: 'bad', data: { n: 1 } },
      { key: 'bad', data: { n: 2 } },
      { key: 'good', data: { n: 3 } },
    ])
    await until('the dead letter lies there', async () => (await letters(bus, group)).length === 1)
    await until('the others were handled', () => new Set(seen.map(({ data }) => data.n)).size === 3)
    const [letter] = await letters(bus, group)
    expect(letter).toMatchObject({
      group,
      attempts: 8,
      reason: 'no such parcel',
      fact: { type: Moved.type, partitionkey: 'bad', data: { n: 1 } },
    })
    expect(tries.lastIndexOf(1)).toBeLessThan(tries.indexOf(2)) // order of the key, whatever the number of tries
    expect(await bus.deadLetters.show(letter!.id)).toEqual(letter)

    await bus.deadLetters.replay(letter!.id)
    await until('it lies there again', async () => (await letters(bus, group)).length === 1)
    broken = false
    await bus.deadLetters.replay(letter!.id)
    await until('it was handled', () => seen.some(({ data }) => data.n === 1))
    expect(await letters(bus, group)).toEqual([])
    expect(await bus.deadLetters.replay(letter!.id)).toBe(false)
  })

  test('a replayed dead letter is run by its own group only, and a dropped one is gone', async () => {
    let broken = true
    const one = await listening(groupName(), () => {
      if (broken) throw new Error('broken')
    })
    const other = await listening()
    await one.bus.publishAll(
      db,
      Moved,
      [1, 2].map((n) => ({ key: `k${n}`, data: { n } })),
    )
    await until('both are dead', async () => (await letters(one.bus, one.group)).length === 2)
    await until('the other group has them', () => other.seen.length === 2)
    broken = false
    const [first, second] = await letters(one.bus, one.group)
    await one.bus.deadLetters.replay(first!.id)
    expect(await one.bus.deadLetters.drop(second!.id)).toBe(true)
    await until('it was handled', () => one.seen.length === 1)
    expect(other.seen).toHaveLength(2)
    expect(await letters(one.bus, one.group)).toEqual([])
    expect(await one.bus.deadLetters.drop(second!.id)).toBe(false)
  })

  test('a group is sent back to a time, and never forward', async () => {
    const { bus, group, numbers } = await listening()
    await bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await until('the first came', () => numbers().length === 1)
    const [newest] = await bus.facts({ type: Moved.type, limit: 1 })
    const middle = new Date(Date.parse(newest!.time) + 100)
    await until('time went on', () => Date.now() > middle.getTime())
    await bus.publishAll(
      db,
      Moved,
      [2, 3].map((n) => ({ key: 'a', data: { n } })),
    )
    await until('all came', () => numbers().length === 3)
    await bus.replay(group, middle)
    await until('the last two came again', () => numbers().length === 5)
    expect(numbers()).toEqual([1, 2, 3, 2, 3])
    const before = (await bus.positions()).find((one) => one.group === group)
    expect(await bus.replay(group, new Date(Date.now() + 86_400_000))).toBeLessThanOrEqual(before!.head)
    await bus.publish(db, Moved, { key: 'a', data: { n: 4 } })
    await until('the next came', () => numbers().includes(4))
    await expect(bus.replay('test.nobody', middle)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a replay from a time to come does not skip what a group has not handled', async () => {
    const away = await listening()
    await away.stop()
    const other = await listening()
    await other.bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await until('it is in the log', () => other.seen.length === 1)
    const before = (await other.bus.positions()).find((one) => one.group === away.group)!
    expect(before.lag).toBeGreaterThan(0)
    expect(await other.bus.replay(away.group, new Date(Date.now() + 86_400_000))).toBe(before.position)
    const back = await listening(away.group)
    await until('it came', () => back.seen.length === 1)
  })

  test('a group that begins with the oldest facts reads the log from its start', async () => {
    const bus = makeBus()
    const Old = event('test.old-thing-happened', 1, { summary: 'Old', data: z.object({ n: z.number() }) })
    await started(bus)
    await bus.publishAll(
      db,
      Old,
      Array.from({ length: 2500 }, (_, n) => ({ key: `k${n % 7}`, data: { n } })),
    )
    await until(
      'they are in the log',
      async () => (await bus.facts({ type: Old.type, limit: 1 }))[0]?.data !== undefined,
    )
    const later = makeBus()
    const seen: Fact<{ n: number }>[] = []
    later.subscribe({ group: groupName(), types: [Old], begin: 'oldest', handle: async (fact) => void seen.push(fact) })
    await started(later)
    await until('all came', () => seen.length >= 2500)
    expect(seen.length).toBe(2500)
    for (let key = 0; key < 7; key++) {
      const numbers = seen.filter((fact) => fact.partitionkey === `k${key}`).map((fact) => fact.data.n)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    }
  })

  test('a fact of a newer version is handled while it fits, and set aside with advice when it does not', async () => {
    const { bus, group, numbers } = await listening()
    const Newer = event('test.parcel-moved', 2, {
      summary: 'Newer',
      data: z.object({ n: z.number(), more: z.string() }),
    })
    const Other = event('test.parcel-moved', 3, { summary: 'Other', data: z.object({ count: z.number() }) })
    await bus.publish(db, Newer, { key: 'a', data: { n: 1, more: 'field' } })
    await bus.publish(db, Other, { key: 'a', data: { count: 2 } })
    await bus.publish(db, Moved, { key: 'a', data: { n: 3 } })
    await until('what can be read came', () => numbers().includes(3))
    expect(new Set(numbers())).toEqual(new Set([1, 3])) // the first may come again: it shared a transaction
    await until('the other is dead', async () => (await letters(bus, group)).length === 1)
    expect((await letters(bus, group))[0]).toMatchObject({
      attempts: 1,
      reason: expect.stringMatching(/version 3 .* update/),
    })
  })

  test('positions tell where a group stands, and come to the head when nothing is left', async () => {
    const { bus, group, seen } = await listening()
    await bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await bus.publish(db, Lost, { key: 'a', data: { n: 1 } })
    await until('it came', () => seen.length === 1)
    const mine = async () => (await bus.positions()).find((one) => one.group === group)
    await until('all lanes are at the head', async () => (await mine())?.lag === 0)
    expect(await mine()).toMatchObject({ parked: 0, deadLetters: 0, lanes: expect.objectContaining({ length: 8 }) })
    expect(await bus.troubles()).toEqual([])
  })

  test('stopping ends after the fact in hand, and the next start goes on behind it', async () => {
    const group = groupName()
    let release: () => void = () => undefined
    const hold = new Promise<void>((resolve) => {
      release = resolve
    })
    const first = await listening(group, ({ data }) => (data.n === 0 ? hold : undefined))
    await first.bus.publishAll(
      db,
      Moved,
      [0, 1, 2].map((n) => ({ key: 'a', data: { n } })),
    )
    await until('it is at work', async () => (await first.bus.facts({ key: 'a', limit: 1 })).length > 0)
    await sleep(50)
    const stopping = first.stop()
    release()
    await stopping
    const second = await listening(group)
    await until('the rest came', () => second.seen.length + first.seen.length === 3)
    expect([...first.numbers(), ...second.numbers()]).toEqual([0, 1, 2])
  })

  test('a handler that hangs does not hold up a stop for more than three seconds', async () => {
    const { bus, stop } = await listening(groupName(), () => new Promise(() => undefined))
    await bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await sleep(50)
    const began = performance.now()
    await stop()
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('a lost connection is made again and nothing is missed', async () => {
    const { bus, numbers } = await listening()
    await bus.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await until('it came', () => numbers().length === 1)
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    await database.pool.query(cut).catch(() => undefined)
    const publish = () =>
      bus.publish(db, Moved, { key: 'a', data: { n: 2 } }).then(
        () => true,
        () => false,
      )
    await until('the database answers again', publish)
    await until('it came', () => numbers().includes(2))
    expect(numbers()[0]).toBe(1)
  })

  test('a watcher hears in every process what happens from now on, and a failing one harms nobody', async () => {
    const heard: string[] = []
    const buses = [makeBus(), makeBus()]
    await buses[0]!.publish(db, Moved, { key: 'a', data: { n: 0 } })
    for (const [nth, bus] of buses.entries()) {
      bus.watch([Moved], () => {
        throw new Error('broken')
      })
      bus.watch([Moved, Lost], ({ type, data }) => void heard.push(`${nth} ${type} ${data.n}`))
      await started(bus)
    }
    await buses[0]!.publish(db, Moved, { key: 'a', data: { n: 1 } })
    await until('the first was heard', () => heard.filter((what) => what.endsWith('1')).length === 2)
    await buses[1]!.publish(db, Lost, { key: 'a', data: { n: 2 } })
    await until('all was heard', () => heard.filter((what) => what.endsWith('2')).length === 2)
    for (const nth of [0, 1])
      expect(heard.filter((what) => what.startsWith(`${nth} `) && !what.endsWith('0'))).toEqual([
        `${nth} test.parcel-moved 1`,
        `${nth} test.parcel-lost 2`,
      ])
  })

  test('mistakes of wiring are told at once', async () => {
    const { bus, group } = await listening()
    const again = { group, types: [Moved], handle: async () => undefined }
    expect(() => bus.subscribe(again)).toThrow(/twice/)
    expect(() => bus.subscribe({ ...again, group: 'Bad Name' })).toThrow(/cannot name/)
    expect(() => bus.subscribe({ ...again, group: groupName() })).toThrow(/after the start/)
  })
})
