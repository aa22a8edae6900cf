import { Menu, UnstyledButton } from '@mantine/core'
import { IconLogout, IconSelector, IconShieldLock, IconUserCircle } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMe } from '../../lib/me.ts'
import styles from './account.module.css'
import { useActs } from './acts.tsx'

/** Who is signed in, and what concerns them. */
export function Account({ onGo }: { onGo: () => void }) {
  const me = useMe()
  const navigate = useNavigate()
  const { signOut } = useActs()
  const go = (to: string) => {
    onGo()
    void navigate({ to })
  }
  return (
    <Menu position="top-start" width="14rem">
      <Menu.Target>
        <UnstyledButton className={styles.account}>
          <span className={styles.initials} aria-hidden="true">
            {initialsOf(me.name || me.email)}
          </span>
          <span className="bw-sr">Account of</span>
          <span className={styles.who}>
            <span className={styles.name}>{me.name || 'Your account'}</span>
            <span className={styles.email}>{me.email}</span>
          </span>
          <IconSelector size={15} stroke={1.7} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCircle size={16} stroke={1.7} />} onClick={() => go('/settings/profile')}>
          Profile and display
        </Menu.Item>
        <Menu.Item leftSection={<IconShieldLock size={16} stroke={1.7} />} onClick={() => go('/settings/security')}>
          Security
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Ada Lovelace → AL */
function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/).filter(Boolean)
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase()
}
