import { useSyncExternalStore } from 'react'
import { interruptions } from '../../lib/api/session.ts'
import { ExpiredDialog } from './expired-dialog.tsx'
import { StepUpDialog } from './step-up-dialog.tsx'

/** The dialogs that acts wait for. They stand above the page, which keeps all that was typed into it. */
export function Interruptions() {
  const pending = useSyncExternalStore(interruptions.subscribe, interruptions.current)
  if (pending?.why === 'expired') return <ExpiredDialog settle={pending.settle} />
  if (pending?.why === 'step-up') return <StepUpDialog settle={pending.settle} />
  return null
}
