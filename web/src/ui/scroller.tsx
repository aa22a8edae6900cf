import type { ReactNode } from 'react'

interface ScrollerProps {
  label: string
  className?: string | undefined
  children: ReactNode
}

/** What may be wider or higher than its place: reachable by keyboard, so that it can be scrolled by it. */
export const Scroller = ({ label, className, children }: ScrollerProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  <section className={className} tabIndex={0} aria-label={label}>
    {children}
  </section>
)
