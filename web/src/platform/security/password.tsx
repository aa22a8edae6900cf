import { changePassword } from '@bellwether/contract/platform/account'
import { listSessions } from '@bellwether/contract/platform/session'
import { PasswordInput } from '@mantine/core'
import { useAct } from '../../lib/api/queries.ts'
import { useMe } from '../../lib/me.ts'
import { Form, NewPasswordInput, useForm } from '../../ui/form/index.ts'
import { Section } from '../../ui/page.tsx'
import { told } from '../../ui/toast.ts'

export function Password() {
  const me = useMe()
  const change = useAct(changePassword, { refreshes: [listSessions] })
  const form = useForm({
    initial: { oldPassword: '', newPassword: '' },
    shape: changePassword.body,
    bodyOf: ({ oldPassword, newPassword }) => ({ newPassword, ...(me.hasPassword ? { oldPassword } : {}) }),
    async submit(body) {
      await change.mutateAsync({ body })
      form.reset({ oldPassword: '', newPassword: '' })
      told('Your password is changed; your other sessions have ended.')
    },
  })
  return (
    <Section
      title="Password"
      description={
        me.hasPassword
          ? 'Your other sessions end when it changes.'
          : 'You sign in without one. Set one to have a way in when the other is closed.'
      }
    >
      <Form form={form} submit={me.hasPassword ? 'Change the password' : 'Set a password'} disabled={!form.dirty}>
        {/* For password managers: which account this belongs to. */}
        <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
        {me.hasPassword && (
          <PasswordInput
            label="Password now"
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
            {...form.text('oldPassword')}
          />
        )}
        <NewPasswordInput label="New password" email={me.email} {...form.text('newPassword')} />
      </Form>
    </Section>
  )
}
