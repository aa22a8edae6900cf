import type { ResultOf } from '@bellwether/contract/endpoint'
import type { Grant } from '@bellwether/contract/platform/access'
import { inviteUser, listUsers, type OneTimeLink } from '@bellwether/contract/platform/user'
import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { z } from 'zod'
import { useAct } from '../../lib/api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, SecretOnce, useForm } from '../../ui/form/index.ts'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/status.tsx'
import { GrantsInput } from './grants-input.tsx'
import styles from './users.module.css'

interface InviteDialogProps {
  open: boolean
  onClose: () => void
}

export function InviteDialog({ open, onClose }: InviteDialogProps) {
  const [invited, setInvited] = useState<ResultOf<typeof inviteUser>>()
  const close = () => {
    setInvited(undefined)
    onClose()
  }
  return (
    <Dialog title={invited ? 'Send this link' : 'Invite a person'} open={open} onClose={close} keep>
      {invited ? (
        <ShowLink link={invited.link} email={invited.user.email} onClose={close} />
      ) : (
        <InviteForm onInvited={setInvited} />
      )}
    </Dialog>
  )
}

function InviteForm({ onInvited }: { onInvited: (invited: ResultOf<typeof inviteUser>) => void }) {
  const invite = useAct(inviteUser, { refreshes: [listUsers] })
  const form = useForm({
    initial: { email: '', grants: [{ role: 'viewer', domain: '*' }] as Grant[] },
    shape: inviteUser.body,
    submit: async (body) => onInvited(await invite.mutateAsync({ body })),
  })
  return (
    <Form form={form} submit="Make the invitation">
      <TextInput label="E-mail" type="email" autoComplete="off" data-autofocus {...form.text('email')} />
      <GrantsInput
        value={form.values.grants}
        onChange={(grants) => form.set('grants', grants)}
        error={form.errors.grants}
      />
    </Form>
  )
}

interface ShowLinkProps {
  link: z.output<typeof OneTimeLink>
  email: string
  onClose: () => void
}

/** A one-time link is shown this once; who sends it to the person is up to the reader. */
export function ShowLink({ link, email, onClose }: ShowLinkProps) {
  return (
    <div className={styles.stack}>
      <p style={{ margin: 0 }}>Send it to {email} by a way you trust. Whoever opens it first sets the password.</p>
      <SecretOnce label="One-time link" text={location.origin + link.path} />
      <Notice level="warn">
        Shown this once; it works once, until <Moment at={link.expiresAt} />.
      </Notice>
      <Button onClick={onClose} style={{ justifySelf: 'end' }}>
        Done
      </Button>
    </div>
  )
}
