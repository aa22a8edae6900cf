import { z } from 'zod'
import { kept } from '../../lib/storage.ts'

/** The page one came from survives the way over a provider's site. Only a path of ours: never another site. */
const place = kept('sign-in.return', z.string().regex(/^\/(?![/\\])/))

export const rememberReturn = (from: string | undefined): void => place.write(from)

export function takeReturn(): string {
  const from = place.read()
  place.write(undefined)
  return from ?? '/'
}
