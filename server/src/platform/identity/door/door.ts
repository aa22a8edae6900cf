import type { SignedIn as Answered } from '@bellwether/contract/platform/session'
import { forbidden } from '../../errors/index.ts'
import { type Answer, answer, type Call } from '../../gateway/index.ts'
import type { Door, SignedIn } from '../sign-in/service.ts'
import { TOKEN_SECONDS } from '../tokens/access-tokens.ts'
import type { Cookies } from './cookies.ts'

type Asked = Pick<Call, 'headers' | 'cookies' | 'origin'>
const LONGEST_AGENT = 400

/** Where a caller stands: a browser says so by `x-bellwether: 1`, and gets cookies where others get tokens. */
export function createDoor(cookies: Cookies) {
  function doorOf({ headers, cookies: sent, origin }: Asked): Door {
    const browser = headers['x-bellwether'] === '1'
    if (browser && !cookies.proven(headers))
      throw forbidden('a page of another origin asks; open Bellwether at its own address, or set BELLWETHER_PUBLIC_URL')
    return {
      device: {
        client: browser ? 'browser' : 'client',
        userAgent: origin.userAgent.slice(0, LONGEST_AGENT),
        ip: origin.ip,
      },
      known: browser ? sent[cookies.names.device] : undefined,
    }
  }

  return {
    doorOf,
    /** The refresh token a caller brings: in the body, or in the cookie with proof that our page sends it. */
    refreshTokenOf: (call: Asked & { body: { refreshToken?: string | undefined } }): string | undefined =>
      call.body.refreshToken ?? (cookies.proven(call.headers) ? call.cookies[cookies.names.refresh] : undefined),
    /** Hands the tokens over: as cookies to a browser, in the answer to anybody else. */
    handOver({ accessToken, refreshToken, remember }: SignedIn, { device }: Door): Answer<Answered> {
      if (device.client === 'client') return answer({ accessToken, refreshToken, expiresIn: TOKEN_SECONDS })
      return answer(
        { expiresIn: TOKEN_SECONDS },
        {
          cookies: {
            ...cookies.signedIn({ accessToken, refreshToken }),
            ...(remember ? cookies.device(remember) : {}),
          },
        },
      )
    },
    takeBack: () => answer({}, { cookies: cookies.signedOut() }),
  }
}
export type FrontDoor = ReturnType<typeof createDoor>
