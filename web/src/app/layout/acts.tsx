import { changeMe, getMe, type Preferences } from '@bellwether/contract/platform/account'
import { signOut } from '@bellwether/contract/platform/session'
import { useQueryClient } from '@tanstack/react-query'
import { keyOf } from '../../lib/api/queries.ts'
import { call, sessionIs } from '../../lib/api/session.ts'
import { preferences } from '../../lib/preferences.ts'
import { failed } from '../../ui/toast.ts'

/** What can be done from anywhere: from the palette and from the account menu. */
export function useActs() {
  const client = useQueryClient()
  return {
    async signOut(): Promise<void> {
      try {
        await call(signOut, { body: {} }, { plain: true })
      } catch (error) {
        failed('You are still signed in', error)
        return
      }
      sessionIs('out')
      // A new page: nothing of this person stays in memory.
      location.assign('/sign-in')
    },
    /** Takes effect at once; the server is told beside. */
    async prefer(change: Partial<Pick<Preferences, 'theme' | 'density'>>): Promise<void> {
      preferences.change(change)
      try {
        client.setQueryData(keyOf(getMe, {}), await call(changeMe, { body: { preferences: change } }))
      } catch (error) {
        failed('This choice is kept in this browser only', error)
      }
    },
  }
}
