import type { Fact } from '@bellwether/contract/event'
import * as wire from '@bellwether/contract/platform/bus'
import { domainsOf, type Principal } from '../access/index.ts'
import type { Audit } from '../audit/index.ts'
import { forbidden, notFound } from '../errors/index.ts'
import { routes } from '../gateway/index.ts'
import { CURSOR, pageOf, readCursor } from '../paging/index.ts'
import type { Db } from '../storage/index.ts'
import type { Bus, DeadLetter } from './face.ts'

interface Parts {
  bus: Bus
  audit: Pick<Audit, 'record'>
  db: Db
}

/** The event log as operators see it. */
export const busRoutes = ({ bus, audit, db }: Parts) =>
  routes((r) => {
    r.on(wire.listGroups, async () => ({ items: (await bus.positions()).map(groupOf) }))
    r.on(wire.replayGroup, async ({ params: { group }, body: { from } }) =>
      db.transaction().execute(async (tx) => {
        const before = (await bus.positions()).find((one) => one.group === group)
        const position = await bus.replay(group, new Date(from), tx)
        await audit.record(tx, {
          action: 'event-group.replay',
          object: { type: 'event-group', id: group },
          before: { position: before?.position },
          after: { position, from },
        })
        return { group, position }
      }),
    )

    r.on(wire.listEvents, async ({ query: { cursor, limit, data, from, to, type, key }, principal }) => {
      const withData = data === 'true'
      if (withData) mustSeeAll(principal)
      const [before] = readCursor(cursor, [CURSOR.number]) ?? []
      const facts = await bus.facts({
        type,
        key,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
        before: before === undefined ? undefined : Number(before),
        limit: limit + 1,
      })
      const page = pageOf(facts, limit, (last) => [String(last.position)])
      if (withData)
        await audit.record(db, {
          action: 'event.read',
          object: { type: 'event', id: key ?? type ?? '*' },
          after: { from, to },
        })
      return { ...page, items: page.items.map((fact) => (withData ? fact : withoutData(fact))) }
    })

    r.on(wire.listDeadLetters, async ({ query }) => {
      const { items, ...rest } = await bus.deadLetters.list(query)
      return { ...rest, items: items.map(letterOf) }
    })
    r.on(wire.getDeadLetter, async ({ params: { id }, principal }) => {
      mustSeeAll(principal)
      const letter = await found(bus, id)
      await audit.record(db, { action: 'dead-letter.read', object: { type: 'dead-letter', id } })
      return { ...letterOf(letter), fact: letter.fact }
    })
    r.on(wire.replayDeadLetter, async ({ params: { id } }) => {
      const before = letterOf(await found(bus, id))
      await db.transaction().execute(async (tx) => {
        if (!(await bus.deadLetters.replay(id, tx))) throw missing()
        await audit.record(tx, { action: 'dead-letter.replay', object: { type: 'dead-letter', id }, before })
      })
      return {}
    })
    r.on(wire.dropDeadLetter, async ({ params: { id } }) => {
      const before = letterOf(await found(bus, id))
      await db.transaction().execute(async (tx) => {
        if (!(await bus.deadLetters.drop(id, tx))) throw missing()
        await audit.record(tx, { action: 'dead-letter.drop', object: { type: 'dead-letter', id }, before })
      })
      return {}
    })
  })

const missing = () => notFound('this dead letter')

async function found(bus: Bus, id: string): Promise<DeadLetter> {
  const letter = await bus.deadLetters.show(id)
  if (!letter) throw missing()
  return letter
}

/** What facts say belongs to many domains and names none, so only who may read everywhere may see it. */
function mustSeeAll(principal: Principal): void {
  if (domainsOf(principal, 'system:read') !== 'all')
    throw forbidden('the data of facts is shown to those only who may read the system in all domains')
}

const withoutData = ({ data: _, ...fact }: Fact): wire.LoggedFact => fact

const groupOf = ({ lanes, ...group }: Awaited<ReturnType<Bus['positions']>>[number]): wire.ConsumerGroup => ({
  ...group,
  lanes: lanes.map(({ movedAt, ...lane }) => ({ ...lane, movedAt: movedAt.toISOString() })),
})

const letterOf = ({ id, group, fact, reason, attempts, failedAt }: DeadLetter): wire.DeadLetter => ({
  id,
  group,
  type: fact.type,
  key: fact.partitionkey,
  position: fact.position,
  reason,
  attempts,
  failedAt: failedAt.toISOString(),
})
