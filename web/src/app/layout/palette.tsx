import '@mantine/spotlight/styles.layer.css'
import type { Me } from '@bellwether/contract/platform/account'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import {
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { may } from '../../lib/access.ts'
import { useMe } from '../../lib/me.ts'
import { areasOf } from '../areas.tsx'
import { useActs } from './acts.tsx'

const SIZE = { size: 18, stroke: 1.6 }

const pagesFor = (me: Me, go: (path: string) => void): SpotlightActionGroupData[] =>
  areasOf(me).map((area) => ({
    group: area.label,
    actions: area.pages.map(({ path, label, icon: Icon, words }) => ({
      id: path,
      label,
      keywords: words,
      leftSection: <Icon {...SIZE} />,
      onClick: () => go(path),
    })),
  }))

const beginningsFor = (me: Me, go: (path: string) => void): SpotlightActionData[] =>
  areasOf(me).flatMap(({ pages }) =>
    pages.flatMap(({ path, begin, icon: Icon }) =>
      begin && (!begin.can || may(me.grants, begin.can))
        ? [{ id: `${path} begin`, label: begin.label, leftSection: <Icon {...SIZE} />, onClick: () => go(path) }]
        : [],
    ),
  )

const action = (label: string, Icon: typeof IconSun, onClick: () => unknown): SpotlightActionData => ({
  id: label,
  label,
  leftSection: <Icon {...SIZE} />,
  onClick: () => void onClick(),
})

/** Everything one can go to or do, by typing a part of its name. */
export function Palette({ wanted }: { wanted: number }) {
  const me = useMe()
  const navigate = useNavigate()
  const { signOut, prefer } = useActs()
  useEffect(() => {
    if (wanted > 0) spotlight.open()
  }, [wanted])
  const acts = [
    ...beginningsFor(me, (to) => void navigate({ to, search: { add: true } })),
    action('Light theme', IconSun, () => prefer({ theme: 'light' })),
    action('Dark theme', IconMoon, () => prefer({ theme: 'dark' })),
    action('Theme of the system', IconDeviceDesktop, () => prefer({ theme: 'system' })),
    action('Comfortable density', IconBaselineDensityMedium, () => prefer({ density: 'comfortable' })),
    action('Compact density', IconBaselineDensitySmall, () => prefer({ density: 'compact' })),
    action('Sign out', IconLogout, signOut),
  ]
  return (
    <Spotlight
      actions={[...pagesFor(me, (to) => void navigate({ to })), { group: 'Do', actions: acts }]}
      shortcut={null}
      overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      highlightQuery
      scrollable
      maxHeight={420}
      radius="lg"
      attributes={{ content: { 'aria-label': 'Search and commands' } }}
      nothingFound="Nothing of that name. Try another word."
      searchProps={{
        leftSection: <IconSearch {...SIZE} />,
        placeholder: 'Where to, or what to do?',
        'aria-label': 'Search pages and acts',
      }}
    />
  )
}
