import { getMe } from '@bellwether/contract/platform/account'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useRouteContext } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { queryOf } from '../../lib/api/queries.ts'
import { live } from '../../lib/live/index.ts'
import { MeContext } from '../../lib/me.ts'
import { allPages, mayOpen } from '../areas.tsx'
import { NotAllowed } from '../errors/error-pages.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './desk.module.css'
import { PaletteHost } from './palette-host.tsx'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame around every page of somebody who is signed in. */
export function Desk() {
  const context: { me?: unknown } = useRouteContext({ strict: false })
  const { data } = useQuery(queryOf(getMe, {}))
  const me = data ?? (context.me as typeof data)
  const [menu, setMenu] = useState(false)
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
