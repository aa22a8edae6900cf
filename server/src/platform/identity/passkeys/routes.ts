import * as wire from '@bellwether/contract/platform/passkey'
import { passkeySignIn, passkeySignInOptions } from '@bellwether/contract/platform/session'
import { routes } from '../../gateway/index.ts'
import type { OwnAccount } from '../account/service.ts'
import type { FrontDoor } from '../door/door.ts'
import { personOf } from '../person.ts'
import { mustBeActive, type SignIn } from '../sign-in/service.ts'
import type { Passkeys } from './service.ts'
import type { Sites } from './site.ts'

interface Parts {
  passkeys: Passkeys
  sites: Sites
  signIn: SignIn
  door: FrontDoor
  own: Pick<OwnAccount, 'accountOf'>
  now: () => Date
}

export const passkeyRoutes = ({ passkeys, sites, signIn, door, own, now }: Parts) =>
  routes((r) => {
    r.on(passkeySignInOptions, (call) => passkeys.signInOptions(sites.of(call)))
    r.on(passkeySignIn, async (call) => {
      const at = door.doorOf(call)
      const account = await passkeys.signIn(call.body, sites.of(call))
      mustBeActive(account)
      const session = { account, method: 'passkey', confirmedAt: now() } as const
      return door.handOver(await signIn.welcome(session, at, (tx) => signIn.joined(tx, account)), at)
    })
    r.on(wire.listPasskeys, ({ query, principal }) => passkeys.list(query, personOf(principal).id))
    r.on(wire.passkeyOptions, async (call) =>
      passkeys.addOptions(await own.accountOf(personOf(call.principal)), sites.of(call)),
    )
    r.on(wire.addPasskey, (call) => passkeys.add(call.body, personOf(call.principal).id, sites.of(call)))
    r.on(wire.renamePasskey, ({ params, body, principal }) =>
      passkeys.rename(params.id, body.name, personOf(principal).id),
    )
    r.on(wire.removePasskey, async ({ params, principal }) => {
      await passkeys.remove(params.id, personOf(principal).id)
      return {}
    })
  })
