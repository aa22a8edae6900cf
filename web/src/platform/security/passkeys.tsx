import {
  addPasskey,
  listPasskeys,
  NewPasskey,
  type Passkey,
  passkeyOptions,
  removePasskey,
} from '@bellwether/contract/platform/passkey'
import { signInWays } from '@bellwether/contract/platform/session'
import { Button, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryOf, useAct } from '../../lib/api/queries.ts'
import { call } from '../../lib/api/session.ts'
import { passkeyTrouble } from '../../lib/passkey.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Form, useForm } from '../../ui/form/index.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Tag } from '../../ui/status.tsx'
import { told } from '../../ui/toast.ts'
import styles from './security.module.css'
import { ShowCodes } from './show-codes.tsx'
import { FACTORS } from './totp.tsx'

export function Passkeys() {
  const passkeys = useQuery(queryOf(listPasskeys, { query: { limit: 100 } }))
  const ways = useQuery(queryOf(signInWays, {}))
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Passkey>()
  const remove = useAct(removePasskey, { refreshes: [listPasskeys, ...FACTORS] })
  const works = (ways.data?.passkeys ?? false) && typeof PublicKeyCredential !== 'undefined'
  return (
    <Section
      title="Passkeys"
      description="Sign in by fingerprint, face or security key; nothing to type, nothing to steal."
      actions={
        <Button variant="default" disabled={!works} onClick={() => setAdding(true)}>
          Add a passkey
        </Button>
      }
    >
      {!works && ways.data && <WhyNot />}
      {passkeys.error && !passkeys.data && <ErrorState error={passkeys.error} retry={() => void passkeys.refetch()} />}
      {passkeys.data && passkeys.data.items.length > 0 && (
        <PasskeyList passkeys={passkeys.data.items} onRemove={setRemoving} />
      )}
      <AddPasskey open={adding} onClose={() => setAdding(false)} />
      {removing && (
        <Confirm
          title={`Remove “${removing.name}”?`}
          act="Remove"
          onClose={() => setRemoving(undefined)}
          onAct={() => remove.mutateAsync({ params: { id: removing.id } })}
        >
          It no longer opens your account. Remove it from the device too, in its settings.
        </Confirm>
      )}
    </Section>
  )
}

const WhyNot = () => (
  <p className="bw-soft" style={{ margin: 0 }}>
    Passkeys are bound to a name: open this page by its name instead of an IP address, and by https unless it is
    localhost.
  </p>
)

function PasskeyList({ passkeys, onRemove }: { passkeys: Passkey[]; onRemove: (passkey: Passkey) => void }) {
  return (
    <ul className={styles.list}>
      {passkeys.map((passkey) => (
        <li key={passkey.id} className={styles.item}>
          <IconFingerprint size={20} stroke={1.5} aria-hidden="true" />
          <div>
            <strong>{passkey.name}</strong> {passkey.synced && <Tag>synced</Tag>}
            <div className="bw-soft">
              Last used <Moment at={passkey.lastUsedAt} relative never="never" />
            </div>
          </div>
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`Remove ${passkey.name}`}
            onClick={() => onRemove(passkey)}
          >
            Remove
          </Button>
        </li>
      ))}
    </ul>
  )
}

function AddPasskey({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [codes, setCodes] = useState<string[]>()
  const add = useAct(addPasskey, { refreshes: [listPasskeys, ...FACTORS] })
  const close = () => {
    setCodes(undefined)
    onClose()
  }
  const form = useForm({
    initial: { name: 'This device' },
    shape: NewPasskey.pick({ name: true }),
    async submit({ name }) {
      const body = await createPasskey(name)
      const { recoveryCodes } = await add.mutateAsync({ body })
      told('The passkey is added.')
      if (recoveryCodes) setCodes(recoveryCodes)
      else close()
    },
  })
  return (
    <Dialog title={codes ? 'Keep these recovery codes' : 'Add a passkey'} open={open} onClose={close} size="sm" keep>
      {codes ? (
        <ShowCodes codes={codes} onDone={close} />
      ) : (
        <Form form={form} submit="Continue">
          <TextInput label="Name" description="So that you know it again" data-autofocus {...form.text('name')} />
        </Form>
      )}
    </Dialog>
  )
}

async function createPasskey(name: string): Promise<NewPasskey> {
  const request = await call(passkeyOptions, { body: {} })
  const { startRegistration } = await import('@simplewebauthn/browser')
  type Options = Parameters<typeof startRegistration>[0]['optionsJSON']
  try {
    const credential = await startRegistration({ optionsJSON: request.options as unknown as Options })
    return NewPasskey.parse({ ceremony: request.ceremony, name, credential })
  } catch (error) {
    throw new Error(passkeyTrouble(error), { cause: error })
  }
}
