import { listKeys, makeKey } from '@bellwether/contract/platform/key'
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { useMe } from '../../lib/me.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, SecretOnce, useForm } from '../../ui/form/index.ts'
import { Notice } from '../../ui/status.tsx'
import styles from './make-key.module.css'
import { scopesOf } from './scopes.ts'

interface MakeKeyDialogProps {
  open: boolean
  onClose: () => void
}

export function MakeKeyDialog({ open, onClose }: MakeKeyDialogProps) {
  const [made, setMade] = useState<string>()
  const close = () => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog title={made ? 'Your new key' : 'Make an API key'} open={open} onClose={close} keep>
      {made ? <Made apiKey={made} onClose={close} /> : <MakeKeyForm onMade={setMade} />}
    </Dialog>
  )
}

function Made({ apiKey, onClose }: { apiKey: string; onClose: () => void }) {
  return (
    <div className={styles.made}>
      <Notice level="warn" title="Copy it now">
        It is shown this once; afterwards only its beginning is known here.
      </Notice>
      <SecretOnce label="The key" text={apiKey} />
      <SecretOnce
        label="A first request with it"
        text={`curl -H "Authorization: Bearer ${apiKey}" ${location.origin}/api/v1/me`}
      />
      <Button onClick={onClose} style={{ justifySelf: 'end' }}>
        I have it
      </Button>
    </div>
  )
}

const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
]
const DAY = 24 * 60 * 60 * 1000

function MakeKeyForm({ onMade }: { onMade: (key: string) => void }) {
  const { grants } = useMe()
  const make = useAct(makeKey, { refreshes: [listKeys] })
  const form = useForm({
    initial: { name: '', days: '90', scopes: [] as string[] },
    shape: makeKey.body,
    bodyOf: ({ name, days, scopes }) => ({
      name,
      scopes,
      ...(days ? { expiresAt: new Date(Date.now() + Number(days) * DAY).toISOString() } : {}),
    }),
    submit: async (body) => onMade((await make.mutateAsync({ body })).key),
  })
  return (
    <Form form={form} submit="Make the key">
      <TextInput
        label="Name"
        description="The program that will use it"
        placeholder="Warehouse import"
        data-autofocus
        {...form.text('name')}
      />
      <NativeSelect label="Ends after" data={LIFETIMES} {...form.text('days')} />
      <Checkbox.Group
        label="What it may do"
        description="As little as it needs; never more than you may yourself."
        value={form.values.scopes}
        onChange={(scopes) => form.set('scopes', scopes)}
        error={form.errors.scopes && 'Choose at least one'}
      >
        <div className={styles.scopes}>
          {scopesOf(grants).map(({ name, label, scopes }) => (
            <fieldset key={name} className={styles.resource}>
              <legend className={styles.legend}>{label}</legend>
              <div className={styles.choices}>
                {scopes.map((scope) => (
                  <Checkbox key={scope} value={scope} label={scope.split(':')[1]} size="xs" />
                ))}
              </div>
            </fieldset>
          ))}
        </div>
      </Checkbox.Group>
    </Form>
  )
}
