import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconInfoCircle,
  IconSquareRoundedX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './status.module.css'

export type Level = 'good' | 'warn' | 'bad' | 'info' | 'off'

/** Each level has its own shape, so that it reads without its colour. */
const ICONS = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconSquareRoundedX,
  info: IconInfoCircle,
  off: IconCircleDashed,
}

export function Status({ level, children }: { level: Level; children: ReactNode }) {
  const Icon = ICONS[level]
  return (
    <span className={styles.status} data-level={level}>
      <Icon size={14} stroke={1.9} aria-hidden="true" />
      {children}
    </span>
  )
}

/** A message within a page: something to know before going on. */
export function Notice({ level, children, title }: { level: Level; children?: ReactNode; title?: string }) {
  const Icon = ICONS[level]
  return (
    <div className={styles.notice} data-level={level} role={level === 'bad' ? 'alert' : undefined}>
      <Icon size={18} stroke={1.8} aria-hidden="true" />
      <div>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
    </div>
  )
}

/** A small word beside something: a kind, a role, a scope. */
export const Tag = ({ children }: { children: ReactNode }) => <span className={styles.tag}>{children}</span>
