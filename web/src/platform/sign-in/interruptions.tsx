import { lazy, Suspense, useSyncExternalStore } from 'react'
import { interruptions } from '../../lib/api/session.ts'

const ExpiredDialog = lazy(async () => ({ default: (await import('./expired-dialog.tsx')).ExpiredDialog }))
const StepUpDialog = lazy(async () => ({ default: (await import('./step-up-dialog.tsx')).StepUpDialog }))

/** The dialogs that acts wait for. They stand above the page, which keeps all that was typed into it. */
export function Interruptions() {
  const pending = useSyncExternalStore(interruptions.subscribe, interruptions.current)
  return (
    <Suspense>
      {pending?.why === 'expired' && <ExpiredDialog settle={pending.settle} />}
      {pending?.why === 'step-up' && <StepUpDialog settle={pending.settle} />}
    </Suspense>
  )
}
