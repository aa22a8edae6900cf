import type { Answer } from '../../gateway/index.ts'
import { DAY, type IdentityParts } from '../face.ts'
import { REFRESH_LIFE } from '../sessions/refresh.ts'
import type { Tokens } from '../sessions/service.ts'
import { TOKEN_SECONDS } from '../tokens/access-tokens.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>
type SetCookies = NonNullable<Answer['cookies']>

const DEVICE_SECONDS = (365 * DAY) / 1000

/** Our cookies. Over TLS they carry `__Host-`, so that no other host of the same site can plant or read them. */
export function createCookies({ publicUrl, tlsCert, corsOrigins }: IdentityParts['config']) {
  const secure = tlsCert !== undefined || publicUrl?.startsWith('https:') === true
  const named = (name: string) => `${secure ? '__Host-' : ''}bw_${name}`
  const names = { access: named('access'), refresh: named('refresh'), device: named('device'), visit: named('visit') }
  const welcome = new Set([...(publicUrl ? [new URL(publicUrl).origin] : []), ...corsOrigins])

  /** Whether our own page sent the request: other sites can neither add the header nor forge where they are. */
  function proven(headers: Headers): boolean {
    if (headers['x-bellwether'] !== '1') return false
    const site = headers['sec-fetch-site']
    const origin = headers.origin
    if (typeof origin === 'string') return welcome.has(origin) || hostOf(origin) === headers.host
    return site === undefined || site === 'same-origin' || site === 'none'
  }

  return {
    names,
    proven,
    signedIn: ({ accessToken, refreshToken }: Tokens): SetCookies => ({
      [names.access]: { value: accessToken, path: '/', maxAgeSeconds: TOKEN_SECONDS },
      [names.refresh]: { value: refreshToken, path: '/', maxAgeSeconds: REFRESH_LIFE / 1000 },
    }),
    device: (value: string): SetCookies => ({ [names.device]: { value, path: '/', maxAgeSeconds: DEVICE_SECONDS } }),
    /** Binds a visit to the OpenID provider to this browser. */
    visit: (value: string | undefined): SetCookies => ({ [names.visit]: { value, path: '/', maxAgeSeconds: 600 } }),
    /** The device stays known: signing out is no reason to be held up at the next sign-in. */
    signedOut: (): SetCookies => ({
      [names.access]: { value: undefined, path: '/' },
      [names.refresh]: { value: undefined, path: '/' },
    }),
  }
}
export type Cookies = ReturnType<typeof createCookies>

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
