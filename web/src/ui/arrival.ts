import { type RefObject, useEffect } from 'react'

let arrivals = 0

/**
 * Moves the focus to the heading of a page one comes to, so that a screen reader says where one is. Not on the first
 * page after loading: there the browser itself tells, and the first Tab must find the way past the navigation.
 */
export function useArrival(heading: RefObject<HTMLElement | null>, title: string): void {
  useEffect(() => {
    document.title = `${title} · Bellwether`
    arrivals++
    if (arrivals > 1) heading.current?.focus({ preventScroll: true })
  }, [heading, title])
}
