import type { Endpoint } from '@bellwether/contract/endpoint'
import type { Principal } from '../../access/index.ts'
import type { Cache } from '../../cache/index.ts'
import type { Route } from '../routes.ts'
import { etagOf, type Ready } from './respond.ts'

/** Tags that a fact of this type makes stale: those its name begins with. */
export const tagsStaleBy = (routes: readonly Route[], eventType: string): string[] => [
  ...new Set(routes.flatMap(({ endpoint }) => endpoint.cache?.tags ?? []).filter((tag) => eventType.startsWith(tag))),
]

const resourceOf = ({ can }: Endpoint): string => can.split(':')[0] ?? can
const tagOf = (resource: string): string => `resource:${resource}`

/** What is said to have changed after this endpoint: whoever wrote must not read what was before. */
export function createForget(routes: readonly Route[], cache: Cache): (endpoint: Endpoint) => Promise<void> {
  const kept = new Set(routes.filter(({ endpoint }) => endpoint.cache).map(({ endpoint }) => resourceOf(endpoint)))
  return async (endpoint) => {
    const resource = resourceOf(endpoint)
    // The change stands; a cache that cannot be reached must not make it look as if it failed.
    if (kept.has(resource)) await cache.dropTags([tagOf(resource)]).catch(() => undefined)
  }
}

/** Keeps answers for callers with the very same rights. */
export function createRemember(endpoint: Endpoint, cache: Cache) {
  const how = endpoint.cache
  if (!how) return undefined
  const put = { seconds: how.seconds, tags: [...how.tags, tagOf(resourceOf(endpoint))] }
  return (address: string, principal: Principal, work: () => Promise<Ready>): Promise<Ready> =>
    cache.through(
      `http ${address} ${rightsOf(principal)}${how.perCaller ? ` ${principal.kind} ${principal.id}` : ''}`,
      put,
      async () => tagged(await work()),
    )
}

/** What is sent many times gets its tag once. */
const tagged = (found: Ready): Ready => ({ ...found, headers: { etag: etagOf(found.text), ...found.headers } })

const rights = new WeakMap<Principal['grants'], { scopes: Principal['scopes']; text: string }>()

/** One text for each set of rights: what one may see is the same for all who hold the same grants and scopes. */
function rightsOf(principal: Principal): string {
  const known = rights.get(principal.grants)
  if (known && known.scopes === principal.scopes) return known.text
  const grants = principal.grants.map(({ role, domain }) => `${role}@${domain}`).sort()
  const text = JSON.stringify([grants, principal.scopes ? [...principal.scopes].sort() : null])
  rights.set(principal.grants, { scopes: principal.scopes, text })
  return text
}
