import { SecondFactorChanged } from '@bellwether/contract/platform/events'
import type * as wire from '@bellwether/contract/platform/second-factor'
import { conflict, invalid } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import { type Account, createAccountStore, hasSecondFactor } from '../accounts/store.ts'
import { type IdentityParts, later, MINUTE } from '../face.ts'
import { hashOf } from '../sessions/secrets.ts'
import { canonical, newRecoveryCodes } from './recovery.ts'
import { createCeremonyStore, createRecoveryStore } from './store.ts'
import { newTotpSecret, stepOf, totpUri } from './totp.ts'

const SET_UP_WITHIN = 10 * MINUTE

/** What changed about somebody's factors. */
interface Change {
  factor: 'totp' | 'passkey' | 'recovery_codes' | 'all'
  change: 'set' | 'removed'
}

type Parts = Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'secrets' | 'now' | 'newId'>

export function createSecondFactor({ db, audit, bus, secrets, now, newId }: Parts) {
  const place = (accountId: string) => ({ table: 'platform.account', row: accountId, field: 'totp_sealed' })
  const pending = (id: string) => ({ table: 'platform.ceremony', row: id, field: 'payload' })

  async function announce(tx: Db, accountId: string, change: Change): Promise<void> {
    const action = `second-factor.${change.change === 'set' ? 'set' : 'remove'}`
    await audit.record(tx, { action, object: { type: 'user', id: accountId }, after: { factor: change.factor } })
    await bus.publish(tx, SecondFactorChanged, { key: accountId, data: { userId: accountId, ...change } })
  }

  async function renewCodes(tx: Db, accountId: string): Promise<string[]> {
    const codes = newRecoveryCodes()
    await createRecoveryStore(tx).replace(
      accountId,
      codes.map((code) => hashOf(canonical(code))),
    )
    return codes
  }

  /** Recovery codes come with the first factor; later factors find them there. */
  async function codesWithFirst(tx: Db, before: Account): Promise<string[] | undefined> {
    return hasSecondFactor(before) ? undefined : renewCodes(tx, before.id)
  }

  async function usesTotp({ id, totp }: Account, code: string): Promise<boolean> {
    if (!totp || !/^\d{6}$/.test(code)) return false
    const step = stepOf(await secrets.open(place(id), totp.sealed), code, now())
    return step !== undefined && createAccountStore(db).useTotpStep(id, step)
  }

  async function usesRecoveryCode({ id }: Account, code: string): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const used = await createRecoveryStore(tx).use(id, hashOf(canonical(code)))
      if (used) await audit.record(tx, { action: 'second-factor.recover', object: { type: 'user', id } })
      return used
    })
  }

  return {
    announce,
    codesWithFirst,
    /** Whether a code of the app or a recovery code is right; right ones work once. */
    fits: async (account: Account, otp: string): Promise<boolean> =>
      (await usesTotp(account, otp.trim())) || (await usesRecoveryCode(account, otp)),
    async show(account: Account): Promise<wire.SecondFactor> {
      return {
        required: hasSecondFactor(account),
        ...(account.totp ? { totp: { since: account.totp.since.toISOString() } } : {}),
        passkeys: account.passkeys,
        recoveryCodesLeft: await createRecoveryStore(db).left(account.id),
      }
    },
    async begin({ id: accountId, email, totp }: Account): Promise<{ secret: string; uri: string }> {
      if (totp) throw conflict('an authenticator app is set up already; remove it first')
      const secret = newTotpSecret()
      const id = newId()
      const payload = await secrets.seal(pending(id), secret)
      const store = createCeremonyStore(db)
      await store.drop(accountId, 'totp')
      await store.begin({ id, kind: 'totp', accountId, payload, expiresAt: later(now(), SET_UP_WITHIN) })
      return { secret, uri: totpUri(secret, email) }
    },
    async enable(accountId: string, otp: string): Promise<string[] | undefined> {
      const begun = await createCeremonyStore(db).latest(accountId, 'totp', now())
      if (!begun) throw conflict('nothing is being set up, or it took too long; begin again')
      const secret = await secrets.open(pending(begun.id), begun.payload)
      const step = stepOf(secret, otp, now())
      if (step === undefined)
        throw invalid('the code does not fit', [
          {
            path: 'body.otp',
            message: 'must be the code the app shows now; check that the clock of the phone is right',
          },
        ])
      const sealed = await secrets.seal(place(accountId), secret)
      return db.transaction().execute(async (tx) => {
        const accounts = createAccountStore(tx)
        const account = await accounts.lock(accountId)
        if (!account || account.totp) throw conflict('an authenticator app is set up already; remove it first')
        await createCeremonyStore(tx).drop(accountId, 'totp')
        await accounts.change(accountId, { totp: { sealed, since: now(), step } })
        await announce(tx, accountId, { factor: 'totp', change: 'set' })
        return codesWithFirst(tx, account)
      })
    },
    disable: (accountId: string): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const accounts = createAccountStore(tx)
        const account = await accounts.lock(accountId)
        if (!account?.totp) throw conflict('no authenticator app is set up')
        await accounts.change(accountId, { totp: undefined })
        if (account.passkeys === 0) await createRecoveryStore(tx).replace(accountId, [])
        await announce(tx, accountId, { factor: 'totp', change: 'removed' })
      }),
    renew: (account: Account): Promise<string[]> => {
      if (!hasSecondFactor(account)) throw conflict('recovery codes come with a second factor; set one up first')
      return db.transaction().execute(async (tx) => {
        await announce(tx, account.id, { factor: 'recovery_codes', change: 'set' })
        return renewCodes(tx, account.id)
      })
    },
  }
}
export type SecondFactor = ReturnType<typeof createSecondFactor>
