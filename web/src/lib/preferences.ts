import { createContext, useContext } from 'react'
import { z } from 'zod'
import { kept } from './storage.ts'
import { machineZone } from './zones.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export const DENSITIES = ['comfortable', 'compact'] as const

/** How one person likes to look at things. Kept in the browser so that the first paint is already right. */
export const Preferences = z.object({
  theme: z.enum(THEMES).default('system'),
  density: z.enum(DENSITIES).default('comfortable'),
  /** BCP 47; absent follows the browser. */
  locale: z.string().optional(),
  /** IANA; absent follows the machine. */
  zone: z.string().optional(),
})
export type Preferences = z.output<typeof Preferences>

const store = kept('preferences', Preferences)
const listeners = new Set<() => void>()
let current: Preferences = store.read() ?? Preferences.parse({})

export const preferences = {
  current: () => current,
  change(change: { [K in keyof Preferences]?: Preferences[K] | undefined }): void {
    current = Preferences.parse({ ...current, ...change })
    store.write(current)
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  /** Another tab changed them. */
  reload(): void {
    current = store.read() ?? current
    for (const listener of listeners) listener()
  },
  name: store.name,
}

/** Locale and zone in force: chosen, else those of the machine; a value this browser does not know is passed over. */
export function placeOf({ locale, zone }: Preferences): { locale: string; zone: string } {
  return { locale: known(locale, knowsLocale) ?? navigator.language, zone: known(zone, knowsZone) ?? machineZone() }
}

const known = (value: string | undefined, test: (value: string) => boolean): string | undefined =>
  value !== undefined && test(value) ? value : undefined

function knowsLocale(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0
  } catch {
    return false
  }
}

function knowsZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export const PreferencesContext = createContext<Preferences>(current)
export const usePreferences = (): Preferences => useContext(PreferencesContext)
