import * as wire from '@bellwether/contract/platform/flags'
import * as ofrep from '@bellwether/contract/platform/ofrep'
import { answer, routes } from '../gateway/index.ts'
import type { FlagRoom } from './flags.ts'
import { contextOf, etagOf, evaluated, knows } from './ofrep.ts'

const tagged = (flag: wire.Flag) => answer(flag, { headers: { etag: `"${flag.version}"` } })

export const flagRoutes = (flags: FlagRoom, now: () => Date) => [
  ...routes((r) => {
    r.on(wire.listFlags, ({ query }) => flags.list(query))
    r.on(wire.getFlag, async ({ params }) => tagged(await flags.show(params.key)))
    r.on(wire.addFlag, async ({ body, principal }) => tagged(await flags.add(body, principal)))
    r.on(wire.changeFlag, async ({ params, body, headers, principal }) =>
      tagged(
        await flags.change({ key: params.key, definition: body, seen: versionSeen(headers['if-match']) }, principal),
      ),
    )
    r.on(wire.switchFlag, async ({ params, body, principal }) =>
      tagged(await flags.switch(params.key, body.on, principal)),
    )
    r.on(wire.removeFlag, async ({ params, principal }) => {
      await flags.remove(params.key, principal)
      return {}
    })
    r.on(wire.listFlagVersions, ({ params, query }) => flags.versions(params.key, query))
    r.on(wire.tryFlag, async ({ params, body }) => {
      const { variant, reason, because } = await flags.tryOut(params.key, body.context)
      return { ...(variant ? { value: variant.value, variant: variant.name } : {}), reason, because }
    })
  }),
  ...ofrepRoutes(flags, now),
]

const ofrepRoutes = (flags: FlagRoom, now: () => Date) =>
  routes((r) => {
    r.on(ofrep.evaluateFlag, ({ params: { key }, body }) => {
      const asked = contextOf(body)
      if ('failure' in asked) return answer({ key, ...asked.failure }, { status: 400 })
      const ready = flags.snapshot.find(key)
      if (!ready)
        return answer(
          { key, errorCode: 'FLAG_NOT_FOUND' as const, errorDetails: `there is no flag ${key}` },
          { status: 404 },
        )
      const result = evaluated(ready, asked.context, now().getTime())
      return answer(result, 'errorCode' in result ? { status: 400 } : {})
    })
    r.on(ofrep.evaluateFlags, ({ body, headers }) => {
      const asked = contextOf(body)
      if ('failure' in asked) return answer(asked.failure, { status: 400 })
      const results = [...flags.snapshot.all()].map((ready) => evaluated(ready, asked.context, now().getTime()))
      const etag = etagOf(results)
      if (knows(headers['if-none-match'], etag)) return answer(undefined, { status: 304, headers: { etag } })
      return answer({ flags: results }, { headers: { etag } })
    })
  })

/** The version an `If-Match` header names; none when it is absent or `*`. A foreign tag matches no version. */
function versionSeen(ifMatch: string | string[] | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  return Number(/^"(\d+)"$/.exec(String(ifMatch))?.[1] ?? 0)
}
