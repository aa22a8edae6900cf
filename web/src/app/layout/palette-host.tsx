import { useHotkeys } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

let open: () => void = () => undefined
/** Opens the palette; its code is loaded the first time. */
export const openPalette = (): void => open()

/** Listens for ⌘K and Ctrl-K, also while one types in a field. */
export function PaletteHost() {
  const [wanted, setWanted] = useState(0)
  open = () => setWanted((times) => times + 1)
  useHotkeys([['mod+K', openPalette]], [], true)
  return wanted > 0 ? (
    <Suspense>
      <Palette key="palette" wanted={wanted} />
    </Suspense>
  ) : null
}
