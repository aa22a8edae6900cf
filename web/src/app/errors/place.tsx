import { type ReactNode, useContext } from 'react'
import { MeContext } from '../../lib/me.ts'

/** Within the desk an error stands in the page's own place; alone it is the page. */
export function Place({ children }: { children: ReactNode }) {
  const isWithinDesk = useContext(MeContext) !== undefined
  return isWithinDesk ? (
    <div role="alert">{children}</div>
  ) : (
    <main>
      <div role="alert">{children}</div>
    </main>
  )
}
