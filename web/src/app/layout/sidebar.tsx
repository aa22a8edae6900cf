import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronRight, IconSearch } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { z } from 'zod'
import { useMe } from '../../lib/me.ts'
import { kept } from '../../lib/storage.ts'
import { Mark } from '../../ui/mark.tsx'
import { type Area, areasOf } from '../areas.tsx'
import { Account } from './account.tsx'
import { LiveLight } from './live-light.tsx'
import { openPalette } from './palette-host.tsx'
import styles from './sidebar.module.css'

export function Sidebar({ open, onClose }: { open: boolean; onClose: () => void }) {
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false })
  if (!narrow)
    return (
      <aside className={styles.sidebar}>
        <Contents onGo={() => undefined} />
      </aside>
    )
  return (
    <Drawer
      opened={open}
      onClose={onClose}
      size="17rem"
      title="Navigation"
      withCloseButton={false}
      padding={0}
      classNames={{ header: styles.hidden ?? '', body: styles.drawer ?? '' }}
    >
      <Contents onGo={onClose} />
    </Drawer>
  )
}

function Contents({ onGo }: { onGo: () => void }) {
  const me = useMe()
  return (
    <div className={styles.contents}>
      <Link to="/" className={styles.brand} onClick={onGo}>
        <Mark size={28} />
        Bellwether
      </Link>
      <button
        type="button"
        className={styles.search}
        onClick={() => {
          onGo()
          openPalette()
        }}
      >
        <IconSearch size={15} stroke={1.8} aria-hidden="true" />
        Search or do
        <kbd>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <nav aria-label="Pages" className={styles.nav}>
        {areasOf(me).map((area) => (
          <AreaGroup key={area.id} area={area} onGo={onGo} />
        ))}
      </nav>
      <div className={styles.foot}>
        <LiveLight />
        <Account onGo={onGo} />
      </div>
    </div>
  )
}

const folded = kept('navigation.folded', z.array(z.string()))

function AreaGroup({ area, onGo }: { area: Area; onGo: () => void }) {
  const { pathname } = useLocation()
  const [closed, setClosed] = useState(() => folded.read()?.includes(area.id) ?? false)
  const isHere = area.pages.some(({ path }) => pathname.startsWith(path))
  const isOpen = !closed || isHere
  function toggle() {
    const others = (folded.read() ?? []).filter((id) => id !== area.id)
    folded.write(closed ? others : [...others, area.id])
    setClosed(!closed)
  }
  return (
    <section className={styles.area}>
      <button type="button" className={styles.areaName} aria-expanded={isOpen} onClick={toggle} disabled={isHere}>
        {area.label}
        <IconChevronRight size={13} stroke={2} aria-hidden="true" data-open={isOpen} />
      </button>
      {isOpen && (
        <ul className={styles.pages}>
          {area.pages.map(({ path, label, icon: Icon }) => (
            <li key={path}>
              <Link
                to={path}
                className={styles.page}
                activeProps={{ 'data-active': true, 'aria-current': 'page' }}
                onClick={onGo}
              >
                <Icon size={17} stroke={1.65} aria-hidden="true" />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
