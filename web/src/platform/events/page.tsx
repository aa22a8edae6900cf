import { Tabs } from '@mantine/core'
import { z } from 'zod'
import { useUrlState } from '../../lib/url-state.ts'
import { Page } from '../../ui/page.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { Facts } from './facts.tsx'
import { Groups } from './groups.tsx'

const TABS = ['groups', 'dead', 'facts'] as const

export function EventsPage() {
  const [{ tab = 'groups' }, setUrl] = useUrlState(z.object({ tab: z.enum(TABS).optional() }))
  return (
    <Page title="Events" description="What happened, as facts; who has heard of it; and what could not be handled.">
      <Tabs value={tab} onChange={(next) => setUrl({ tab: TABS.find((name) => name === next) })} keepMounted={false}>
        <Tabs.List mb="md" aria-label="Views of the event log">
          <Tabs.Tab value="groups">Consumers</Tabs.Tab>
          <Tabs.Tab value="dead">Dead letters</Tabs.Tab>
          <Tabs.Tab value="facts">Facts</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="groups">
          <Groups />
        </Tabs.Panel>
        <Tabs.Panel value="dead">
          <DeadLetters />
        </Tabs.Panel>
        <Tabs.Panel value="facts">
          <Facts />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
