import { system } from '../../access/index.ts'
import { notFound } from '../../errors/index.ts'
import { runIn } from '../../telemetry/index.ts'
import { createAccountStore, hasSecondFactor } from '../accounts/store.ts'
import type { IdentityParts } from '../face.ts'
import { makeLink, type OneTimeLink } from '../links/service.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import { forgetFactors } from './factors.ts'

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'now' | 'newId'> {
  secondFactor: Pick<SecondFactor, 'announce'>
}

/**
 * For whoever owns the machine, when nobody else can help: a link by which a person sets a new password. A suspension
 * ends and lost second factors are taken away, because either would keep the person out.
 */
export function createRecover({ db, audit, now, newId, secondFactor }: Parts) {
  return (email: string): Promise<OneTimeLink> =>
    runIn({ correlationId: newId(), principal: system('command line') }, () =>
      db.transaction().execute(async (tx) => {
        const accounts = createAccountStore(tx)
        const account = await accounts.byEmail(email.trim().toLowerCase())
        if (!account) throw notFound(`the account ${email}`)
        const { id: accountId, status } = account
        await audit.record(tx, { action: 'user.recover', object: { type: 'user', id: accountId }, before: { status } })
        if (status === 'suspended') await accounts.change(accountId, { status: 'active' })
        if (hasSecondFactor(account)) {
          await forgetFactors(tx, accountId)
          await secondFactor.announce(tx, accountId, { factor: 'all', change: 'removed' })
        }
        return makeLink(tx, { accountId, kind: status === 'invited' ? 'invitation' : 'password_reset' }, now())
      }),
    )
}
