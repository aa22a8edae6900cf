import { getMe, type Me } from '@bellwether/contract/platform/account'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useRouteContext } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { keyOf, queryOf } from '../../lib/api/queries.ts'
import { onSignInElsewhere } from '../../lib/api/session.ts'
import { live } from '../../lib/live/index.ts'
import { MeContext } from '../../lib/me.ts'
import { preferences } from '../../lib/preferences.ts'
import { allPages, mayOpen } from '../areas.tsx'
import { NotAllowed } from '../errors/error-pages.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './desk.module.css'
import { PaletteHost } from './palette-host.tsx'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

/**
 * The account's preferences come into force when they arrive or change. Another account under an open page (somebody
 * signed in as somebody else in another tab) is met by loading anew: what stands here is not theirs.
 */
function useAccount(me: Me | undefined): void {
  const first = useRef(me?.id)
  const chosen = me?.preferences
  useEffect(() => {
    if (chosen) preferences.change({ locale: undefined, zone: undefined, ...chosen })
  }, [chosen])
  const client = useQueryClient()
  useEffect(() => onSignInElsewhere(() => void client.invalidateQueries({ queryKey: keyOf(getMe) })), [client])
  useEffect(() => {
    first.current ??= me?.id
    if (me && me.id !== first.current) location.assign('/')
  }, [me])
}

/** The frame around every page of somebody who is signed in. */
export function Desk() {
  const context: { me?: unknown } = useRouteContext({ strict: false })
  const { data } = useQuery(queryOf(getMe, {}))
  const me = data ?? (context.me as typeof data)
  const [menu, setMenu] = useState(false)
  useAccount(me)
  useEffect(() => {
    live.start()
    const online = () => live.retryNow()
    addEventListener('online', online)
    return () => {
      removeEventListener('online', online)
      live.stop()
    }
  }, [])
  const { pathname } = useLocation()
  if (!me) return null
  const barred = allPages.find((page) => page.path === pathname && !mayOpen(page, me))
  return (
    <MeContext value={me}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <div className={styles.desk}>
        <TopBar onMenu={() => setMenu(true)} />
        <Sidebar open={menu} onClose={() => setMenu(false)} />
        <div className={styles.middle}>
          <ConnectionBanner />
          <main id="page" tabIndex={-1} className={styles.page}>
            {barred ? <NotAllowed page={barred} /> : <Outlet />}
          </main>
        </div>
      </div>
      <PaletteHost />
    </MeContext>
  )
}
