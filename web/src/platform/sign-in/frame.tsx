import { type ReactNode, useRef } from 'react'
import { useArrival } from '../../ui/arrival.ts'
import { Mark } from '../../ui/mark.tsx'
import styles from './frame.module.css'
import { Horizon } from './horizon.tsx'

interface FrameProps {
  title: string
  lead?: ReactNode
  children: ReactNode
}

/** The door: a form on the one side, what waits behind it on the other. */
export function Frame({ title, lead, children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading, title)
  return (
    <div className={styles.frame}>
      <main className={styles.door}>
        <div className={styles.brand}>
          <Mark size={32} />
          Bellwether
        </div>
        <div className={styles.sheet}>
          <h1 ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
          {children}
        </div>
        <p className={styles.foot}>Runs on your own machines. Your data stays there.</p>
      </main>
      <aside className={styles.view} aria-hidden="true">
        <Horizon />
        <p className={styles.claim}>Know that something is off before your customers do.</p>
      </aside>
    </div>
  )
}
