import { changeGrants, listUsers, type User } from '@bellwether/contract/platform/user'
import { useAct } from '../../lib/api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, useForm } from '../../ui/form/index.ts'
import { told } from '../../ui/toast.ts'
import { GrantsInput } from './grants-input.tsx'

interface GrantsDialogProps {
  user: User
  open: boolean
  onClose: () => void
}

export function GrantsDialog({ user, open, onClose }: GrantsDialogProps) {
  return (
    <Dialog title={`Roles of ${user.name || user.email}`} open={open} onClose={onClose} keep>
      <GrantsForm user={user} onDone={onClose} />
    </Dialog>
  )
}

function GrantsForm({ user, onDone }: { user: User; onDone: () => void }) {
  const change = useAct(changeGrants, { refreshes: [listUsers] })
  const form = useForm({
    initial: { grants: user.grants },
    shape: changeGrants.body,
    async submit(body) {
      await change.mutateAsync({ params: { id: user.id }, body })
      told('The roles are changed; they hold at once.')
      onDone()
    },
  })
  return (
    <Form form={form} submit="Save" disabled={!form.dirty}>
      <GrantsInput
        value={form.values.grants}
        onChange={(grants) => form.set('grants', grants)}
        error={form.errors.grants}
      />
    </Form>
  )
}
