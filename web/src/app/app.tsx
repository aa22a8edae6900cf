import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useSyncExternalStore } from 'react'
import { PreferencesContext, preferences } from '../lib/preferences.ts'
import { Interruptions } from '../platform/sign-in/interruptions.tsx'
import { theme } from '../ui/theme.ts'
import { Crash } from './errors/crash.tsx'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'

const darkNight = matchMedia('(prefers-color-scheme: dark)')
const onNight = (listener: () => void) => {
  darkNight.addEventListener('change', listener)
  return () => darkNight.removeEventListener('change', listener)
}

export function App() {
  const chosen = useSyncExternalStore(preferences.subscribe, preferences.current)
  const night = useSyncExternalStore(onNight, () => darkNight.matches)
  const scheme = chosen.theme === 'system' ? (night ? 'dark' : 'light') : chosen.theme
  useEffect(() => {
    document.documentElement.dataset.density = chosen.density
  }, [chosen.density])
  useEffect(() => {
    const heed = ({ key }: StorageEvent) => {
      if (key === preferences.name) preferences.reload()
    }
    addEventListener('storage', heed)
    return () => removeEventListener('storage', heed)
  }, [])
  return (
    <PreferencesContext value={chosen}>
      <MantineProvider theme={theme} forceColorScheme={scheme}>
        <Crash>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
            <Interruptions />
          </QueryClientProvider>
        </Crash>
        <Notifications position="bottom-right" limit={4} containerWidth={400} />
      </MantineProvider>
    </PreferencesContext>
  )
}
