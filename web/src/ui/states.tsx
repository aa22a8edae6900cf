import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCloudOff, IconInbox, IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { inWords, isRefused, Refusal, Unreachable } from '../lib/api/problems.ts'
import styles from './states.module.css'

interface StateProps {
  title: string
  children?: ReactNode
  icon?: ReactNode
  actions?: ReactNode
  tone?: 'calm' | 'bad'
}

/** Nothing to show, and why: what would stand here and how it gets here. */
export function EmptyState({ title, children, icon, actions, tone = 'calm' }: StateProps) {
  return (
    <div className={styles.state} data-tone={tone}>
      <span className={styles.icon} aria-hidden="true">
        {icon ?? <IconInbox size={22} stroke={1.6} />}
      </span>
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

interface ErrorStateProps {
  error: unknown
  retry?: (() => void) | undefined
  title?: string
}

/** Something could not be shown: what, why, and the way on. */
export function ErrorState({ error, retry, title }: ErrorStateProps) {
  const { heading, icon } = faceOf(error)
  const request = error instanceof Refusal ? error.problem.requestId : undefined
  return (
    <div role="alert">
      <EmptyState
        tone="bad"
        icon={icon}
        title={title ?? heading}
        actions={
          retry && (
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          )
        }
      >
        {inWords(error)}
        {request && <div className="bw-mono">request {request}</div>}
      </EmptyState>
    </div>
  )
}

function faceOf(error: unknown): { heading: string; icon: ReactNode } {
  if (error instanceof Unreachable)
    return { heading: 'The server cannot be reached', icon: <IconCloudOff size={22} stroke={1.6} /> }
  if (isRefused(error, 'forbidden'))
    return { heading: 'You may not see this', icon: <IconLock size={22} stroke={1.6} /> }
  return { heading: 'This could not be loaded', icon: <IconAlertTriangle size={22} stroke={1.6} /> }
}
