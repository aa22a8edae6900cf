import { GrantsChanged, KeyRevoked, SessionRevoked, UserStatusChanged } from '@bellwether/contract/platform/events'
import { createConfirmation } from './account/confirmation.ts'
import { accountRoutes } from './account/routes.ts'
import { createOwnAccount } from './account/service.ts'
import { createBootstrap } from './bootstrap.ts'
import { createAuthenticate } from './door/authenticate.ts'
import { createCookies } from './door/cookies.ts'
import { createDoor } from './door/door.ts'
import type { IdentityParts } from './face.ts'
import { keyRoutes } from './keys/routes.ts'
import { createKeys } from './keys/service.ts'
import { createLinks } from './links/service.ts'
import { createGuard } from './lockout/guard.ts'
import { passkeyRoutes } from './passkeys/routes.ts'
import { createPasskeys } from './passkeys/service.ts'
import { createSites } from './passkeys/site.ts'
import { createPasswordHashing } from './passwords/hashing.ts'
import { createSecondFactor } from './second-factor/service.ts'
import { createCeremonyStore } from './second-factor/store.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { createSessions } from './sessions/service.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { createSignIn } from './sign-in/service.ts'
import { createWays } from './sign-in/ways.ts'
import { signOnRoutes } from './sign-on/routes.ts'
import { createSignOn } from './sign-on/service.ts'
import { createAccessTokens } from './tokens/access-tokens.ts'
import { createUpkeep } from './upkeep.ts'
import { createRecover } from './users/recover.ts'
import { userRoutes } from './users/routes.ts'
import { createUsers } from './users/service.ts'

/** After these, what a process remembers of a person no longer holds. */
const RIGHTS_CHANGED = [GrantsChanged, KeyRevoked, SessionRevoked, UserStatusChanged] as const

/** Who somebody is, and how they show it. */
export function createIdentity(parts: IdentityParts) {
  const wired = wire(parts)
  const { cookies, sessions, keys, hashing, secondFactor, tokens, upkeep } = wired
  return {
    authenticate: createAuthenticate({ cookies, sessions, byKey: keys.principalOf }),
    routes: routesOf(wired, parts),
    bootstrap: createBootstrap({ ...parts, hashing }),
    recover: createRecover({ ...parts, secondFactor }),
    start: upkeep.start,
    tidy: upkeep.tidy,
    tokens: { mint: tokens.mint },
  }
}
export type Identity = ReturnType<typeof createIdentity>

function wire(parts: IdentityParts) {
  const { bus, config, db, log, now } = parts
  const hashing = createPasswordHashing(parts.hashCost)
  const tokens = createAccessTokens(parts)
  const sessions = createSessions({ ...parts, tokens })
  const keys = createKeys(parts)
  const forget = (accountId: string): void => {
    sessions.forget(accountId)
    keys.forget(accountId)
  }
  const guard = createGuard(parts)
  const secondFactor = createSecondFactor(parts)
  const signIn = createSignIn({ ...parts, sessions, guard, hashing, secondFactor })
  const links = createLinks({ ...parts, hashing, signIn, sessions, guard })
  const passkeys = createPasskeys({ ...parts, secondFactor })
  const own = createOwnAccount({ ...parts, sessions, guard, hashing, forget })
  const confirm = createConfirmation({ ...parts, own, sessions, guard, hashing, secondFactor, passkeys })
  const users = createUsers({ ...parts, sessions, secondFactor, forget })
  const signOn = createSignOn({ ...parts, signIn })
  const cookies = createCookies(config)
  const door = createDoor(cookies)
  const sites = createSites(config)
  const ways = createWays({ db, sites, issuer: signOn.issuer })
  const ceremonies = { tidy: () => createCeremonyStore(db).tidy(now()) }
  const listen = () => bus.watch(RIGHTS_CHANGED, ({ data }) => forget(data.userId))
  const upkeep = createUpkeep({ gather: [sessions, keys], expire: [sessions, guard, links, ceremonies], listen, log })
  const people = { own, confirm, users, links, signIn, signOn }
  return { ...people, hashing, tokens, sessions, keys, secondFactor, passkeys, cookies, door, sites, ways, upkeep }
}

function routesOf(wired: ReturnType<typeof wire>, { config, now }: IdentityParts) {
  const { sessions, tokens, keys, users } = wired
  return [
    ...signInRoutes(wired),
    ...sessionRoutes(sessions, tokens),
    ...accountRoutes(wired),
    ...passkeyRoutes({ ...wired, now }),
    ...signOnRoutes({ ...wired, config }),
    ...keyRoutes(keys),
    ...userRoutes(users),
  ]
}
