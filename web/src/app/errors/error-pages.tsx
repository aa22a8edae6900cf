import { Button } from '@mantine/core'
import { IconCloudOff, IconLock, IconMapOff } from '@tabler/icons-react'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { isRefused, Refusal, Unreachable } from '../../lib/api/problems.ts'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import type { DeskPage } from '../areas.tsx'
import { Broken } from './broken.tsx'
import { Place } from './place.tsx'

const home = (
  <Button component={Link} to="/">
    Go to your desk
  </Button>
)

export function NotFound() {
  useTitle('Not found')
  return (
    <Place>
      <EmptyState title="There is no such page" icon={<IconMapOff size={22} stroke={1.6} />} actions={home}>
        The address <code>{location.pathname}</code> leads nowhere. It may be mistyped, or the page has moved. Press{' '}
        <kbd>Ctrl K</kbd> or <kbd>⌘ K</kbd> to find what you are looking for.
      </EmptyState>
    </Place>
  )
}

/** What stands in the place of a page that could not be drawn, by what was in its way. */
export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter()
  const boundary = useQueryErrorResetBoundary()
  const again = () => {
    boundary.reset()
    reset()
    void router.invalidate()
  }
  if (error instanceof Unreachable || isRefused(error, 'unavailable')) return <ServerDown again={again} />
  if (error instanceof Refusal)
    return (
      <Place>
        <ErrorState error={error} retry={again} />
      </Place>
    )
  return <Broken error={error} again={again} />
}

/** A page that needs a right this person does not have. */
export function NotAllowed({ page }: { page: Pick<DeskPage, 'label' | 'can'> }) {
  useTitle('Not allowed')
  return (
    <EmptyState title={`You may not open “${page.label}”`} icon={<IconLock size={22} stroke={1.6} />} actions={home}>
      It needs the permission <code>{page.can}</code>. Someone who administers this installation can grant it to you
      under System, Users and roles.
    </EmptyState>
  )
}

const WAITS = [2, 3, 5, 8, 13, 20]

/** Tries again by itself, each time a little later, and says when. */
function ServerDown({ again }: { again: () => void }) {
  useTitle('Server not reachable')
  const [{ tries, left }, setWait] = useState({ tries: 0, left: 2 })
  const knock = useEffectEvent(async () => {
    const answered = await fetch('/livez', { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answered) again()
    setWait({ tries: tries + 1, left: WAITS[Math.min(tries, WAITS.length - 1)] ?? 20 })
  })
  useEffect(() => {
    const timer = setInterval(() => setWait((wait) => ({ ...wait, left: wait.left - 1 })), 1000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (left === 0) void knock()
  }, [left])
  return (
    <Place>
      <EmptyState
        tone="bad"
        title="The server does not answer"
        icon={<IconCloudOff size={22} stroke={1.6} />}
        actions={<Button onClick={again}>Try now</Button>}
      >
        This page connects again by itself as soon as it can. If you run the server: is <code>npm start</code> still
        running, and what does its last line say?
        <output style={{ display: 'block', marginTop: '0.75rem' }} className="bw-num">
          {left > 0 ? `Next try in ${left} s` : 'Trying…'}
        </output>
      </EmptyState>
    </Place>
  )
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Bellwether`
  }, [title])
}
