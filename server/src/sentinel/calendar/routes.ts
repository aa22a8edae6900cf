import * as wire from '@bellwether/contract/sentinel/calendar'
import { answer, routes } from '../../platform/gateway/index.ts'
import type { Calendar } from './service.ts'

const etag = (entry: wire.CalendarEntry) => answer(entry, { headers: { etag: `"${entry.version}"` } })

export const calendarRoutes = (calendar: Calendar) =>
  routes((r) => {
    r.on(wire.listCalendar, ({ query, principal }) => calendar.list(query, principal))
    r.on(wire.getCalendarEntry, async ({ params, principal }) => etag(await calendar.show(params.id, principal)))
    r.on(wire.addCalendarEntry, async ({ body, principal }) => etag(await calendar.add(body, principal)))
    r.on(wire.changeCalendarEntry, async ({ params, body, headers, principal }) =>
      etag(await calendar.change({ id: params.id, input: body, seen: versionSeen(headers['if-match']) }, principal)),
    )
    r.on(wire.removeCalendarEntry, async ({ params, principal }) => {
      await calendar.remove(params.id, principal)
      return {}
    })
  })

/** The version an `If-Match` header names; none when it is absent or `*`. A foreign tag matches no version. */
function versionSeen(ifMatch: string | string[] | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  return Number(/^"(\d+)"$/.exec(String(ifMatch))?.[1] ?? 0)
}
