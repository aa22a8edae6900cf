import type { Page } from '@bellwether/contract/page'
import type { CalendarEntry, NewCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { CalendarChanged } from '@bellwether/contract/sentinel/events'
import { allows, domainsOf, type Principal } from '../../platform/access/index.ts'
import { conflict, forbidden, notFound } from '../../platform/errors/index.ts'
import type { Platform } from '../../platform/index.ts'
import { CURSOR, pageOf, readCursor } from '../../platform/paging/index.ts'
import { type Db, gathered } from '../../platform/storage/index.ts'
import { type CalendarQuery, createCalendarStore } from './store.ts'

interface ListQuery extends Pick<CalendarQuery, 'from' | 'to' | 'entity' | 'limit'> {
  cursor?: string | undefined
}

export function createCalendar({ db, bus, audit, newId }: Pick<Platform, 'db' | 'bus' | 'audit' | 'newId'>) {
  const store = createCalendarStore(db)
  const find = gathered(store.findAll)

  /** An entry the caller may see; one they may not see does not exist for them. */
  async function show(id: string, who: Principal): Promise<CalendarEntry> {
    const entry = await find(id)
    if (!entry || !allows(who, 'calendar:read', entry.domain)) throw notFound('this calendar entry')
    return entry
  }

  async function announce(
    tx: Db,
    change: 'added' | 'changed' | 'removed',
    { before, after }: { before?: CalendarEntry; after?: CalendarEntry },
  ) {
    const entry = (after ?? before) as CalendarEntry
    await audit.record(tx, {
      action: `calendar.${change}`,
      object: { type: 'calendar', id: entry.id, domain: entry.domain },
      before,
      after,
    })
    await bus.publish(tx, CalendarChanged, { key: entry.id, data: { entry, change } })
  }

  return {
    show,
    async list({ cursor, limit, ...query }: ListQuery, who: Principal): Promise<Page<CalendarEntry>> {
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      const rows = await store.list({ ...query, after, domains: domainsOf(who, 'calendar:read'), limit: limit + 1 })
      return pageOf(rows, limit, (last) => [last.startsAt, last.id])
    },
    async add(input: NewCalendarEntry, who: Principal): Promise<CalendarEntry> {
      mustWrite(who, input.domain)
      const entry = { id: newId(), ...input, version: 1 }
      await db.transaction().execute(async (tx) => {
        await createCalendarStore(tx).insert(entry)
        await announce(tx, 'added', { after: entry })
      })
      return entry
    },
    async change(
      { id, input, seen }: { id: string; input: NewCalendarEntry; seen?: number | undefined },
      who: Principal,
    ): Promise<CalendarEntry> {
      const before = await show(id, who)
      mustWrite(who, before.domain)
      mustWrite(who, input.domain)
      if (seen !== undefined && seen !== before.version)
        throw conflict('somebody changed this entry meanwhile; read it again and repeat your change')
      const after = { id, ...input, version: before.version + 1 }
      await db.transaction().execute(async (tx) => {
        if (!(await createCalendarStore(tx).update(after)))
          throw conflict('somebody changed this entry meanwhile; read it again and repeat your change')
        await announce(tx, 'changed', { before, after })
      })
      return after
    },
    async remove(id: string, who: Principal): Promise<void> {
      const before = await show(id, who)
      mustWrite(who, before.domain)
      await db.transaction().execute(async (tx) => {
        await createCalendarStore(tx).remove(id)
        await announce(tx, 'removed', { before })
      })
    },
  }
}
export type Calendar = ReturnType<typeof createCalendar>

function mustWrite(who: Principal, domain: string): void {
  if (!allows(who, 'calendar:write', domain)) throw forbidden(`you may not change the calendar of the domain ${domain}`)
}
