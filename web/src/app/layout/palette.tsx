import '@mantine/spotlight/styles.layer.css'
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
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
import { useMe } from '../../lib/me.ts'
import { areasOf } from '../areas.tsx'
import { useActs } from './acts.tsx'

const SIZE = { size: 18, stroke: 1.6 }

/** Everything one can go to or do, by typing a part of its name. */
export function Palette({ wanted }: { wanted: number }) {
  const me = useMe()
  const navigate = useNavigate()
  const { signOut, prefer } = useActs()
  useEffect(() => {
    if (wanted > 0) spotlight.open()
  }, [wanted])
  const pages: SpotlightActionGroupData[] = areasOf(me).map((area) => ({
    group: area.label,
    actions: area.pages.map(({ path, label, icon: Icon, words }) => ({
      id: path,
      label,
      keywords: words,
      leftSection: <Icon {...SIZE} />,
      onClick: () => void navigate({ to: path }),
    })),
  }))
  const act = (id: string, label: string, Icon: typeof IconSun, onClick: () => void, keywords = '') => ({
    id,
    label,
    keywords,
    leftSection: <Icon {...SIZE} />,
    onClick,
  })
  const acts: SpotlightActionGroupData = {
    group: 'Do',
    actions: [
      act('light', 'Light theme', IconSun, () => void prefer({ theme: 'light' })),
      act('dark', 'Dark theme', IconMoon, () => void prefer({ theme: 'dark' })),
      act('system', 'Theme of the system', IconDeviceDesktop, () => void prefer({ theme: 'system' })),
      act(
        'comfortable',
        'Comfortable density',
        IconBaselineDensityMedium,
        () => void prefer({ density: 'comfortable' }),
      ),
      act('compact', 'Compact density', IconBaselineDensitySmall, () => void prefer({ density: 'compact' })),
      act('sign-out', 'Sign out', IconLogout, () => void signOut()),
    ],
  }
  return (
    <Spotlight
      actions={[...pages, acts]}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      radius="lg"
      nothingFound="Nothing of that name. Try another word."
      searchProps={{
        leftSection: <IconSearch {...SIZE} />,
        placeholder: 'Where to, or what to do?',
        'aria-label': 'Search pages and acts',
      }}
    />
  )
}
