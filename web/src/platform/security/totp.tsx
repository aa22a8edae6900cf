import type { ResultOf } from '@bellwether/contract/endpoint'
import { getMe } from '@bellwether/contract/platform/account'
import {
  beginTotp,
  disableTotp,
  enableTotp,
  getSecondFactor,
  type SecondFactor,
} from '@bellwether/contract/platform/second-factor'
import { Button, Skeleton, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { call } from '../../lib/api/session.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Form, SecretOnce, useForm } from '../../ui/form/index.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { Status } from '../../ui/status.tsx'
import { failed, told } from '../../ui/toast.ts'
import styles from './security.module.css'
import { ShowCodes } from './show-codes.tsx'

type Begun = ResultOf<typeof beginTotp>
/** What a change of factors makes out of date. */
export const FACTORS = [getSecondFactor, getMe]

export function Totp({ factors }: { factors: SecondFactor | undefined }) {
  const [begun, setBegun] = useState<Begun>()
  const [removing, setRemoving] = useState(false)
  const begin = useMutation({
    mutationFn: () => call(beginTotp, { body: {} }),
    onSuccess: setBegun,
    onError: (error) => failed('The set-up could not begin', error),
  })
  const act = factors?.totp ? (
    <Button variant="default" onClick={() => setRemoving(true)}>
      Remove
    </Button>
  ) : (
    <Button onClick={() => begin.mutate()} loading={begin.isPending}>
      Set up
    </Button>
  )
  return (
    <Section
      title="Authenticator app"
      description="Six digits that change every half minute, from an app on your phone."
      actions={factors && act}
    >
      <State factors={factors} />
      {begun && <EnrolDialog begun={begun} onClose={() => setBegun(undefined)} />}
      {removing && <RemoveTotp onClose={() => setRemoving(false)} />}
    </Section>
  )
}

function State({ factors }: { factors: SecondFactor | undefined }) {
  if (!factors) return <Skeleton height={14} width="40%" />
  return (
    <div className={styles.line}>
      <Status level={factors.totp ? 'good' : 'off'}>{factors.totp ? 'On' : 'Not set up'}</Status>
      {factors.totp && (
        <span className="bw-soft">
          since <Moment at={factors.totp.since} />
        </span>
      )}
    </div>
  )
}

function EnrolDialog({ begun, onClose }: { begun: Begun; onClose: () => void }) {
  const [codes, setCodes] = useState<string[]>()
  function enrolled(recoveryCodes: string[] | undefined) {
    told('The authenticator app is set up.')
    if (recoveryCodes) setCodes(recoveryCodes)
    else onClose()
  }
  return (
    <Dialog title={codes ? 'Keep these recovery codes' : 'Set up an authenticator app'} open onClose={onClose} keep>
      {codes ? <ShowCodes codes={codes} onDone={onClose} /> : <Enrol begun={begun} onDone={enrolled} />}
    </Dialog>
  )
}

function RemoveTotp({ onClose }: { onClose: () => void }) {
  const disable = useAct(disableTotp, { refreshes: FACTORS, onDone: () => told('The authenticator app is removed.') })
  return (
    <Confirm title="Remove the authenticator app?" act="Remove" onClose={onClose} onAct={() => disable.mutateAsync({})}>
      Without a passkey, your password alone opens your account then.
    </Confirm>
  )
}

function Enrol({ begun, onDone }: { begun: Begun; onDone: (codes: string[] | undefined) => void }) {
  const enable = useAct(enableTotp, { refreshes: FACTORS })
  const form = useForm({
    initial: { otp: '' },
    shape: enableTotp.body,
    submit: async (body) => onDone((await enable.mutateAsync({ body })).recoveryCodes),
  })
  return (
    <>
      <ol className={styles.steps}>
        <li>
          <p>Scan this with your app, or type the secret into it.</p>
          <div className={styles.enrol}>
            <QrCode text={begun.uri} />
            <SecretOnce label="The secret to type" text={begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')} />
          </div>
        </li>
        <li>
          <p>Type what the app shows now.</p>
        </li>
      </ol>
      <Form form={form} submit="Turn on">
        <TextInput
          label="Code"
          placeholder="123 456"
          inputMode="numeric"
          autoComplete="one-time-code"
          data-autofocus
          value={form.values.otp}
          error={form.errors.otp}
          // Apps show the digits in two groups, and people copy the gap.
          onChange={({ currentTarget }) => form.set('otp', currentTarget.value.replaceAll(/\s/g, ''))}
        />
      </Form>
    </>
  )
}

/** Drawn here, in the page: the secret goes to no other service. */
function QrCode({ text }: { text: string }) {
  const drawn = useQuery({
    queryKey: ['qr-code'],
    queryFn: async () => {
      const { default: qrcode } = await import('qrcode')
      return qrcode.create(text, { errorCorrectionLevel: 'M' }).modules
    },
    gcTime: 0,
    staleTime: 0,
  })
  if (!drawn.data) return <Skeleton height={176} width={176} />
  const { size, data } = drawn.data
  const squares = Array.from(data, (on, index) =>
    on ? `M${index % size} ${Math.floor(index / size)}h1v1h-1z` : '',
  ).join('')
  return (
    <svg
      className={styles.qr}
      viewBox={`-3 -3 ${size + 6} ${size + 6}`}
      role="img"
      aria-label="QR code for your authenticator app"
      shapeRendering="crispEdges"
    >
      <rect x="-3" y="-3" width={size + 6} height={size + 6} fill="#fff" />
      <path d={squares} fill="#000" />
    </svg>
  )
}
