import { Button, Group } from '@mantine/core'
import type { ReactNode, SubmitEvent } from 'react'
import { Notice } from '../status.tsx'
import styles from './form.module.css'

interface FormProps {
  form: { onSubmit: (event: SubmitEvent<HTMLFormElement>) => void; problem: string | undefined; busy: boolean }
  submit: string
  children: ReactNode
  /** Beside the button that sends. */
  actions?: ReactNode
  danger?: boolean
  disabled?: boolean
  fullWidth?: boolean
}

/** Fields, what is wrong with them as a whole, and the button. The browser's own bubbles stay silent. */
export function Form({ form, submit, children, actions, danger, disabled, fullWidth }: FormProps) {
  return (
    <form onSubmit={form.onSubmit} noValidate className={styles.form}>
      {children}
      {form.problem && <Notice level="bad">{form.problem}</Notice>}
      <Group justify={fullWidth ? 'stretch' : 'flex-end'} gap="xs" grow={fullWidth ?? false}>
        {actions}
        <Button
          type="submit"
          loading={form.busy}
          disabled={disabled ?? false}
          {...(danger ? { color: 'vermilion' } : {})}
        >
          {submit}
        </Button>
      </Group>
    </form>
  )
}

/** Fields beside each other where there is room. */
export const Row = ({ children }: { children: ReactNode }) => <div className={styles.row}>{children}</div>
