import { ActionIcon } from '@mantine/core'
import { IconMenu2, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Mark } from '../../ui/mark.tsx'
import { openPalette } from './palette-host.tsx'
import styles from './top-bar.module.css'

/** On a narrow screen the navigation hides behind this bar. */
export function TopBar({ onMenu }: { onMenu: () => void }) {
  return (
    <header className={styles.bar}>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label="Open navigation" onClick={onMenu}>
        <IconMenu2 size={20} stroke={1.7} />
      </ActionIcon>
      <Link to="/" className={styles.brand} aria-label="Bellwether, your desk">
        <Mark size={24} />
        Bellwether
      </Link>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label="Search and commands" onClick={openPalette}>
        <IconSearch size={19} stroke={1.7} />
      </ActionIcon>
    </header>
  )
}
