import { isIP } from 'node:net'
import { invalid } from '../../errors/index.ts'
import type { Call } from '../../gateway/index.ts'
import type { IdentityParts } from '../face.ts'

/** What a passkey is bound to. */
export interface Site {
  /** Relying party id: the host name. */
  id: string
  origin: string
}

/**
 * Passkeys are bound to a name, never to an IP address. With a public address it is that one; without, we are opened on
 * this machine and only `localhost` will do, on whichever port the page says it came from.
 */
export function createSites({ publicUrl }: Pick<IdentityParts['config'], 'publicUrl'>) {
  const fixed = publicUrl && !isAddress(new URL(publicUrl).hostname) ? siteOf(new URL(publicUrl)) : undefined

  function siteFor({ headers }: Pick<Call, 'headers'>): Site | undefined {
    if (publicUrl) return fixed
    const said = typeof headers.origin === 'string' ? headers.origin : `http://${String(headers.host)}`
    const url = URL.canParse(said) ? new URL(said) : undefined
    return url?.hostname === 'localhost' ? siteOf(url) : undefined
  }

  return {
    serves: (call: Pick<Call, 'headers'>): boolean => siteFor(call) !== undefined,
    of(call: Pick<Call, 'headers'>): Site {
      const site = siteFor(call)
      if (!site)
        throw invalid(
          'passkeys need a name rather than an IP address: open Bellwether at http://localhost with its port, or set BELLWETHER_PUBLIC_URL',
        )
      return site
    },
  }
}
export type Sites = ReturnType<typeof createSites>

const siteOf = ({ hostname, origin }: URL): Site => ({ id: hostname, origin })
const isAddress = (hostname: string): boolean => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
