import { Button, Group, Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useEffect, useState } from 'react'
import { inWords } from '../lib/api/problems.ts'
import { Notice } from './status.tsx'

const WIDTHS = { sm: '26rem', md: '34rem', lg: '46rem' }

interface DialogProps {
  title: string
  open: boolean
  /** Absent for a dialog that can only be answered. */
  onClose?: () => void
  children: ReactNode
  size?: keyof typeof WIDTHS
  /** What is typed here must not be lost by a click beside the dialog or by Escape; only by its close button. */
  keep?: boolean
}

/** A task on top of the page: keeps the focus inside and gives it back; the whole screen on a phone. */
export function Dialog({ title, open, onClose, children, size = 'md', keep }: DialogProps) {
  const phone = useMediaQuery('(max-width: 36em)')
  const [typed, setTyped] = useState(false)
  useEffect(() => {
    if (!open) setTyped(false)
  }, [open])
  return (
    <Modal
      opened={open}
      onClose={onClose ?? (() => undefined)}
      title={title}
      size={WIDTHS[size]}
      fullScreen={phone ?? false}
      withCloseButton={onClose !== undefined}
      closeOnEscape={onClose !== undefined && !(keep && typed)}
      closeOnClickOutside={onClose !== undefined && !keep}
      closeButtonProps={{ 'aria-label': 'Close' }}
      padding="lg"
      styles={{ title: { fontSize: '1.0625rem', fontWeight: 620 } }}
    >
      <div onInput={() => setTyped(true)}>{children}</div>
    </Modal>
  )
}

interface ConfirmProps {
  title: string
  /** What will be, in plain words, and whether it can be undone. */
  children: ReactNode
  act: string
  onAct: () => Promise<unknown>
  onClose: () => void
  harmless?: boolean
}

/** Asks before something that matters. Stays open and says why when the act fails. */
export function Confirm({ title, children, act, onAct, onClose, harmless }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function run() {
    setBusy(true)
    setProblem(undefined)
    try {
      await onAct()
      onClose()
    } catch (error) {
      setProblem(inWords(error))
      setBusy(false)
    }
  }
  return (
    <Dialog title={title} open onClose={onClose} size="sm">
      <div style={{ display: 'grid', gap: '1rem' }}>
        <div>{children}</div>
        {problem && <Notice level="bad">{problem}</Notice>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button {...(harmless ? {} : { color: 'vermilion' })} loading={busy} onClick={() => void run()}>
            {act}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
