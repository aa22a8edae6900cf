import { oidcFinish, oidcStart } from '@bellwether/contract/platform/session'
import { invalid } from '../../errors/index.ts'
import { answer, type Call, routes } from '../../gateway/index.ts'
import type { Cookies } from '../door/cookies.ts'
import type { FrontDoor } from '../door/door.ts'
import type { IdentityParts } from '../face.ts'
import type { SignOn } from './service.ts'

interface Parts {
  signOn: SignOn
  door: FrontDoor
  cookies: Cookies
  config: Pick<IdentityParts['config'], 'publicUrl'>
}

export const signOnRoutes = ({ signOn, door, cookies, config }: Parts) =>
  routes((r) => {
    r.on(oidcStart, async (call) => {
      const { url, binding } = await signOn.begin({ origin: originOf(call, config), fresh: call.body.fresh })
      return answer({ url }, { cookies: cookies.visit(binding) })
    })
    r.on(oidcFinish, async (call) => {
      const at = door.doorOf(call)
      const given = Object.entries(call.body).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      const signedIn = await signOn.finish(Object.fromEntries(given), call.cookies[cookies.names.visit], at)
      const handed = door.handOver(signedIn, at)
      return answer(handed.body, { cookies: { ...handed.cookies, ...cookies.visit(undefined) } })
    })
  })

/** Where the provider sends the browser back to: our public address, or the one this page was opened at. */
function originOf({ headers }: Pick<Call, 'headers'>, { publicUrl }: Parts['config']): string {
  const said = publicUrl ?? headers.origin ?? `http://${String(headers.host)}`
  if (typeof said === 'string' && URL.canParse(said)) return new URL(said).origin
  throw invalid('the address of this page is not known; set BELLWETHER_PUBLIC_URL')
}
