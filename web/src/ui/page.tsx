import { type ReactNode, useRef } from 'react'
import { useArrival } from './arrival.ts'
import styles from './page.module.css'

interface PageProps {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** For forms and prose: lines a person can read. */
  narrow?: boolean
}

/** The frame of every page. Its heading takes the focus on arrival, so that a screen reader says where one is. */
export function Page({ title, description, actions, children, narrow }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading, title)
  return (
    <div className={styles.page} data-narrow={narrow}>
      <header className={styles.header}>
        <div className={styles.words}>
          <h1 ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          {description && <p className={styles.description}>{description}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface SectionProps {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}

/** A part of a page with a name of its own. */
export function Section({ title, description, actions, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHeader}>
        <div className={styles.words}>
          <h2 className={styles.sectionTitle}>{title}</h2>
          {description && <p className={styles.description}>{description}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** A sheet of its own on the desk. */
export const Card = ({ children, label }: { children: ReactNode; label?: string }) => (
  <section className={styles.card} aria-label={label}>
    {children}
  </section>
)
