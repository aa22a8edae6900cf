import * as wire from '@bellwether/contract/platform/account'
import * as factors from '@bellwether/contract/platform/second-factor'
import { confirm as confirmEndpoint, confirmPasskeyOptions } from '@bellwether/contract/platform/session'
import { answer, routes } from '../../gateway/index.ts'
import type { FrontDoor } from '../door/door.ts'
import type { Links } from '../links/service.ts'
import type { Passkeys } from '../passkeys/service.ts'
import type { Sites } from '../passkeys/site.ts'
import { passwordStrength } from '../passwords/rules.ts'
import { personOf } from '../person.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import type { Confirm } from './confirmation.ts'
import type { OwnAccount } from './service.ts'

interface Parts {
  own: OwnAccount
  confirm: Confirm
  links: Links
  secondFactor: SecondFactor
  passkeys: Passkeys
  sites: Sites
  door: FrontDoor
}

export const accountRoutes = ({ own, confirm, links, secondFactor, passkeys, sites, door }: Parts) =>
  routes((r) => {
    r.on(wire.getMe, ({ principal }) => own.show(principal))
    r.on(wire.changeMe, ({ body, principal }) => own.change(body, personOf(principal)))
    r.on(wire.changePassword, async ({ body, principal }) => {
      await own.changePassword(body, personOf(principal))
      return {}
    })
    r.on(wire.passwordStrength, ({ body }) => passwordStrength(body.password, body))
    r.on(wire.showLink, ({ body }) => links.show(body.token))
    r.on(wire.acceptLink, async (call) => {
      const at = door.doorOf(call)
      return door.handOver(await links.accept(call.body, at), at)
    })
    r.on(confirmEndpoint, async (call) => {
      const until = await confirm(personOf(call.principal), call.body, () => sites.of(call))
      return answer({ confirmedUntil: until.toISOString() })
    })
    r.on(confirmPasskeyOptions, async (call) =>
      passkeys.confirmOptions(await own.accountOf(personOf(call.principal)), sites.of(call)),
    )
    r.on(factors.getSecondFactor, async ({ principal }) => secondFactor.show(await own.accountOf(personOf(principal))))
    r.on(factors.beginTotp, async ({ principal }) => secondFactor.begin(await own.accountOf(personOf(principal))))
    r.on(factors.enableTotp, async ({ body, principal }) => {
      const recoveryCodes = await secondFactor.enable(personOf(principal).id, body.otp)
      return recoveryCodes ? { recoveryCodes } : {}
    })
    r.on(factors.disableTotp, async ({ principal }) => {
      await secondFactor.disable(personOf(principal).id)
      return {}
    })
    r.on(factors.renewRecoveryCodes, async ({ principal }) => ({
      recoveryCodes: await secondFactor.renew(await own.accountOf(personOf(principal))),
    }))
  })
