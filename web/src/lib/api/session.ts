import { refresh } from '@bellwether/contract/platform/session'
import { z } from 'zod'
import { kept } from '../storage.ts'
import { type Client, createClient } from './client.ts'
import { createInterruptions } from './interruptions.ts'

/** Acts that wait until the person has signed in again or proved who they are. */
export const interruptions = createInterruptions()

let signedIn = false

/** Told by the shell: only a session that was there can expire; before that a 401 simply means "sign in". */
export function sessionIs(state: 'in' | 'out'): void {
  signedIn = state === 'in'
}

/** Changes in this browser at each sign-in, so that its other tabs ask again who they belong to. */
const lastSignIn = kept('signed-in', z.number())
export const tellTabs = (): void => lastSignIn.write(Date.now())

export function onSignInElsewhere(listener: () => void): () => void {
  const heed = ({ key }: StorageEvent) => {
    if (key === lastSignIn.name) listener()
  }
  addEventListener('storage', heed)
  return () => removeEventListener('storage', heed)
}

export const { call, callForFile }: Client = createClient({
  fetch: (...args) => globalThis.fetch(...args),
  interrupt: async (why) => (signedIn ? interruptions.ask(why) : false),
  refresh: renew,
})

/** True when the cookie held a session that could be renewed. A server that is down is not the end of a session. */
async function renew(): Promise<boolean> {
  try {
    await call(refresh, { body: {} }, { plain: true })
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return false
    throw error
  }
}
