import type { Endpoint, InputOf } from '@bellwether/contract/endpoint'
import { PasskeyAnswer, type PasskeyRequest } from '@bellwether/contract/platform/passkey'
import { confirmPasskeyOptions, passkeySignIn, passkeySignInOptions } from '@bellwether/contract/platform/session'
import { call, tellTabs } from '../../lib/api/session.ts'
import { passkeyTrouble } from '../../lib/passkey.ts'

export const passkeysWork = (): boolean => typeof PublicKeyCredential !== 'undefined'

/** Lets the browser ask for a passkey. Its library is loaded only when somebody wants one. */
async function askBrowser(request: PasskeyRequest): Promise<PasskeyAnswer> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  type Options = Parameters<typeof startAuthentication>[0]['optionsJSON']
  try {
    const credential = await startAuthentication({ optionsJSON: request.options as unknown as Options })
    return PasskeyAnswer.parse({ ceremony: request.ceremony, credential })
  } catch (error) {
    throw new Error(passkeyTrouble(error), { cause: error })
  }
}

const ask = <E extends Endpoint>(endpoint: E) =>
  call(endpoint, { body: {} } as InputOf<E>, { plain: true }) as Promise<PasskeyRequest>

export async function signInWithPasskey(): Promise<void> {
  const answer = await askBrowser(await ask(passkeySignInOptions))
  await call(passkeySignIn, { body: answer }, { plain: true })
  tellTabs()
}

export const proofByPasskey = async (): Promise<PasskeyAnswer> => askBrowser(await ask(confirmPasskeyOptions))
