import type { Page } from '@bellwether/contract/page'
import type * as wire from '@bellwether/contract/platform/passkey'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { conflict, invalid, notFound, unauthenticated } from '../../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../../paging/index.ts'
import { type Account, createAccountStore } from '../accounts/store.ts'
import { type IdentityParts, later, MINUTE } from '../face.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import { type CeremonyKind, createCeremonyStore, createRecoveryStore } from '../second-factor/store.ts'
import type { Site } from './site.ts'
import { createPasskeyStore, type StoredPasskey } from './store.ts'

const WITHIN = 5 * MINUTE
const MOST_PASSKEYS = 20
/** Ed25519, ES256 and RS256, as COSE numbers them: what authenticators have and Node verifies without experiments. */
const ALGORITHMS = [-8, -7, -257]

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'now' | 'newId'> {
  secondFactor: SecondFactor
}
interface ListQuery {
  cursor?: string | undefined
  limit: number
}

export function createPasskeys({ db, audit, now, newId, secondFactor }: Parts) {
  const store = createPasskeyStore(db)
  const ceremonies = createCeremonyStore(db)

  async function begin(kind: CeremonyKind, challenge: string, accountId?: string): Promise<string> {
    const id = newId()
    await ceremonies.begin({ id, kind, accountId, payload: challenge, expiresAt: later(now(), WITHIN) })
    return id
  }

  async function challengeOf(id: string, kind: CeremonyKind, accountId?: string): Promise<string> {
    const begun = await ceremonies.finish(id, kind, now())
    if (begun && begun.accountId === accountId) return begun.payload
    throw invalid('this was finished before or took too long; begin again', [
      { path: 'body.ceremony', message: 'must be the one just begun' },
    ])
  }

  /** The passkey that signed the challenge, or undefined. What is malformed is as wrong as a wrong signature. */
  async function signer(answer: wire.PasskeyAnswer, challenge: string, site: Site): Promise<StoredPasskey | undefined> {
    const passkey = await store.byCredential(answer.credential.id)
    if (!passkey) return undefined
    const { id, credentialId, publicKey, counter, transports } = passkey
    const verified = await verifyAuthenticationResponse({
      response: answer.credential as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter, transports },
    }).catch(() => undefined) // the library throws for every way an answer can be wrong
    if (!verified?.verified) return undefined
    const moved = await store.used(id, { counter: verified.authenticationInfo.newCounter, at: now() })
    return moved ? passkey : undefined
  }

  async function requestOptions(kind: CeremonyKind, site: Site, account?: Account): Promise<wire.PasskeyRequest> {
    const own = account ? await store.all(account.id) : []
    const options = await generateAuthenticationOptions({
      rpID: site.id,
      userVerification: 'required',
      allowCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    })
    return { ceremony: await begin(kind, options.challenge, account?.id), options: { ...options } }
  }

  async function verifiedRegistration(input: wire.NewPasskey, challenge: string, site: Site) {
    const verified = await verifyRegistrationResponse({
      response: input.credential as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message.slice(0, 200) : 'malformed'
      throw invalid('the authenticator’s answer does not fit', [{ path: 'body.credential', message: why }])
    })
    if (!verified.verified) throw invalid('the authenticator’s answer does not fit')
    return verified.registrationInfo
  }

  return {
    signInOptions: (site: Site) => requestOptions('passkey-sign-in', site),
    /** Whose passkey signs in. The key checked its owner itself, so it is both factors in one. */
    async signIn(answer: wire.PasskeyAnswer, site: Site): Promise<Account> {
      const challenge = await challengeOf(answer.ceremony, 'passkey-sign-in')
      const passkey = await signer(answer, challenge, site)
      const account = passkey && (await createAccountStore(db).find(passkey.accountId))
      if (!account) throw unauthenticated('this passkey is not known here; sign in another way and add it')
      return account
    },
    confirmOptions: (account: Account, site: Site) => {
      if (account.passkeys === 0) throw conflict('you have no passkey')
      return requestOptions('passkey-confirm', site, account)
    },
    async confirms(answer: wire.PasskeyAnswer, account: Account, site: Site): Promise<boolean> {
      const challenge = await challengeOf(answer.ceremony, 'passkey-confirm', account.id)
      return (await signer(answer, challenge, site))?.accountId === account.id
    },
    async addOptions({ id, email, name }: Account, site: Site): Promise<wire.PasskeyRequest> {
      const own = await store.all(id)
      if (own.length >= MOST_PASSKEYS) throw conflict(`you have ${MOST_PASSKEYS} passkeys already; remove one first`)
      const options = await generateRegistrationOptions({
        rpName: 'Bellwether',
        rpID: site.id,
        userID: new TextEncoder().encode(id),
        userName: email,
        userDisplayName: name,
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      return { ceremony: await begin('passkey-add', options.challenge, id), options: { ...options } }
    },
    async add(input: wire.NewPasskey, accountId: string, site: Site) {
      const challenge = await challengeOf(input.ceremony, 'passkey-add', accountId)
      const { credential, credentialBackedUp } = await verifiedRegistration(input, challenge, site)
      const passkey: StoredPasskey = {
        id: newId(),
        accountId,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: input.credential.response.transports ?? [],
        name: input.name,
        synced: credentialBackedUp,
        createdAt: now(),
      }
      const recoveryCodes = await db.transaction().execute(async (tx) => {
        const before = await createAccountStore(tx).lock(accountId)
        if (!before) throw notFound('this account')
        if (!(await createPasskeyStore(tx).insert(passkey))) throw conflict('this passkey is registered already')
        await secondFactor.announce(tx, accountId, { factor: 'passkey', change: 'set' })
        return secondFactor.codesWithFirst(tx, before)
      })
      return { ...onWire(passkey), ...(recoveryCodes ? { recoveryCodes } : {}) }
    },
    async list({ cursor, limit }: ListQuery, accountId: string): Promise<Page<wire.Passkey>> {
      const after = readCursor(cursor, [CURSOR.id])?.[0]
      const page = pageOf(await store.list({ accountId, after, limit: limit + 1 }), limit, (last) => [last.id])
      return { ...page, items: page.items.map(onWire) }
    },
    rename: (id: string, name: string, accountId: string): Promise<wire.Passkey> =>
      db.transaction().execute(async (tx) => {
        const renamed = await createPasskeyStore(tx).rename(accountId, id, name)
        if (!renamed) throw notFound('this passkey')
        await audit.record(tx, { action: 'passkey.rename', object: { type: 'passkey', id }, after: { name } })
        return onWire(renamed)
      }),
    remove: (id: string, accountId: string): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const before = await createAccountStore(tx).lock(accountId)
        if (!(await createPasskeyStore(tx).remove(accountId, id))) throw notFound('this passkey')
        if (before?.passkeys === 1 && !before.totp) await createRecoveryStore(tx).replace(accountId, [])
        await secondFactor.announce(tx, accountId, { factor: 'passkey', change: 'removed' })
      }),
  }
}
export type Passkeys = ReturnType<typeof createPasskeys>

const onWire = ({ id, name, createdAt, lastUsedAt, synced }: StoredPasskey): wire.Passkey => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
})
