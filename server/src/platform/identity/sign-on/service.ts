import { UserJoined } from '@bellwether/contract/platform/events'
import { z } from 'zod'
import { forbidden, notFound, unauthenticated } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import { type Account, createAccountStore } from '../accounts/store.ts'
import { asPerson } from '../acting.ts'
import { type IdentityParts, later, MINUTE } from '../face.ts'
import { createLinkStore } from '../links/store.ts'
import { CONFIRMED_FOR } from '../person.ts'
import { createCeremonyStore } from '../second-factor/store.ts'
import { hashOf, newSecret } from '../sessions/secrets.ts'
import { type Door, mustBeActive, type SignedIn, type SignIn } from '../sign-in/service.ts'
import { type Claims, createProvider, Visit } from './provider.ts'
import { createExternalIdentityStore } from './store.ts'

const WITHIN = 10 * MINUTE
/** A visit as it is kept, with the hash of what this browser alone holds. */
const Bound = Visit.extend({ binding: z.string() })

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'config' | 'now' | 'newId'> {
  signIn: SignIn
}

/** Sign-in at an OpenID provider, for people who were invited: the provider says who they are, we say what they may. */
export function createSignOn({ db, audit, bus, config, now, newId, signIn }: Parts) {
  const provider = createProvider(config, now)

  function mustHaveProvider() {
    if (!provider) throw notFound('sign-in at an OpenID provider')
    return provider
  }

  /** The account the claims belong to: linked before, or known by an address that the provider has verified. */
  async function accountFor(claims: Claims): Promise<Account> {
    const accounts = createAccountStore(db)
    const linked = await createExternalIdentityStore(db).accountOf(claims.iss, claims.sub)
    const known = linked ? await accounts.find(linked) : await byVerifiedEmail(claims)
    if (!known) throw forbidden('nobody has invited you yet; ask an administrator for an invitation to your address')
    return known
  }

  function byVerifiedEmail({ email, email_verified }: Claims): Promise<Account | undefined> {
    if (!email || email_verified !== true)
      throw forbidden('the OpenID provider has not verified your e-mail address, so we cannot tell who you are here')
    return createAccountStore(db).byEmail(email)
  }

  async function settle(tx: Db, account: Account, claims: Claims): Promise<void> {
    await createExternalIdentityStore(tx).link({ issuer: claims.iss, subject: claims.sub, accountId: account.id })
    if (account.status === 'active') return signIn.joined(tx, account)
    await createAccountStore(tx).change(account.id, {
      name: nameOf(account, claims),
      status: 'active',
      joinedAt: now(),
    })
    await createLinkStore(tx).drop(account.id)
    await audit.record(tx, { action: 'user.join', object: { type: 'user', id: account.id }, after: { by: 'oidc' } })
    await bus.publish(tx, UserJoined, { key: account.id, data: { userId: account.id } })
  }

  return {
    issuer: provider?.issuer,
    /** Begins a visit to the provider; `binding` stays in this browser, so nobody can finish it in another. */
    async begin({ origin, fresh }: { origin: string; fresh: boolean }): Promise<{ url: string; binding: string }> {
      const { url, visit } = await mustHaveProvider().begin({ returnsTo: `${origin}/sign-in/oidc`, fresh })
      const binding = newSecret()
      const id = newId()
      const payload = JSON.stringify({ ...visit, binding: hashOf(binding).toString('hex') })
      await createCeremonyStore(db).begin({ id, kind: 'oidc', payload, expiresAt: later(now(), WITHIN) })
      return { url, binding: `${id}.${binding}` }
    },
    async finish(answer: Record<string, string>, binding: string | undefined, door: Door): Promise<SignedIn> {
      const visit = await visitOf(binding)
      if (!visit || visit.state !== answer.state)
        throw unauthenticated(
          'this sign-in was not begun in this browser, was finished before, or took too long; begin again',
        )
      const claims = await mustHaveProvider().finish(visit, answer)
      const account = await accountFor(claims)
      if (account.status !== 'invited') mustBeActive(account)
      const named = { id: account.id, name: nameOf(account, claims) }
      const confirmedAt = claims.auth_time ? new Date(claims.auth_time * 1000) : undefined
      const isFresh = confirmedAt && later(confirmedAt, CONFIRMED_FOR) > now()
      return asPerson(named, () =>
        signIn.welcome({ account: named, method: 'oidc', ...(isFresh ? { confirmedAt } : {}) }, door, (tx) =>
          settle(tx, account, claims),
        ),
      )
    },
  }

  async function visitOf(binding = ''): Promise<Visit | undefined> {
    const [id = '', secret = ''] = binding.split('.')
    if (!/^[\da-f-]{36}$/.test(id)) return undefined
    const begun = await createCeremonyStore(db).finish(id, 'oidc', now())
    if (!begun) return undefined
    const stored = Bound.parse(JSON.parse(begun.payload))
    return stored.binding === hashOf(secret).toString('hex') ? stored : undefined
  }
}
export type SignOn = ReturnType<typeof createSignOn>

const nameOf = (account: Account, { name, email }: Claims): string =>
  account.name || name?.trim().slice(0, 120) || email || 'Somebody'
