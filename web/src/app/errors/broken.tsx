import { Button, CopyButton } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { EmptyState } from '../../ui/states.tsx'
import { Place } from './place.tsx'

/** A part of the page crashed: say so, keep the rest, and make a report easy. */
export function Broken({ error, again }: { error: unknown; again: () => void }) {
  const report = reportOf(error)
  return (
    <Place>
      <EmptyState
        tone="bad"
        title="This page broke"
        icon={<IconPlugConnectedX size={22} stroke={1.6} />}
        actions={
          <>
            <Button onClick={again}>Try again</Button>
            <CopyButton value={report}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy what happened'}
                </Button>
              )}
            </CopyButton>
          </>
        }
      >
        It is a fault of ours, not of yours; nothing on the server has changed by it. If it happens again, please report
        what happened.
      </EmptyState>
    </Place>
  )
}

function reportOf(error: unknown): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
  return [location.pathname, new Date().toISOString(), navigator.userAgent, said].join('\n')
}
