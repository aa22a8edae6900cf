import { Button } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { live, useLiveState } from '../../lib/live/index.ts'
import { told } from '../../ui/toast.ts'
import styles from './connection-banner.module.css'

/** A blink of the line is no news; after this long it is. */
const PATIENCE = 2500

/** Says when the connection is lost, that it comes back by itself, and when it has. */
export function ConnectionBanner() {
  const state = useLiveState()
  const client = useQueryClient()
  const [now, setNow] = useState(Date.now)
  const told_ = useRef(false)
  const isWaiting = state.is === 'waiting'
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [isWaiting])
  const shown = isWaiting && now - state.since > PATIENCE
  useEffect(() => {
    if (shown) told_.current = true
    if (state.is !== 'live' || !told_.current) return
    told_.current = false
    told('Connected again. Everything on this page is read anew.')
    void client.invalidateQueries()
  }, [shown, state.is, client])
  if (!shown) return <div role="status" />
  const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000))
  return (
    <div role="status" className={styles.banner}>
      <IconCloudOff size={18} stroke={1.7} aria-hidden="true" />
      <span>
        <strong>The connection is lost.</strong> It comes back by itself; until then this page may be out of date.
      </span>
      <span className={styles.next} aria-hidden="true">
        {seconds > 0 ? `Next try in ${seconds} s` : 'Trying…'}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => live.retryNow()}>
        Try now
      </Button>
    </div>
  )
}
