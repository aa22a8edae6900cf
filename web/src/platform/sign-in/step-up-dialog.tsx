import { getMe } from '@bellwether/contract/platform/account'
import { getSecondFactor } from '@bellwether/contract/platform/second-factor'
import { confirm } from '@bellwether/contract/platform/session'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { inWords } from '../../lib/api/problems.ts'
import { keyOf, queryOf } from '../../lib/api/queries.ts'
import { call } from '../../lib/api/session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, useForm } from '../../ui/form/index.ts'
import { Notice } from '../../ui/status.tsx'
import { passkeysWork, proofByPasskey } from './passkey.ts'
import { leaveForProvider } from './sign-in-form.tsx'

interface StepUpProps {
  settle: (proceed: boolean) => void
}

/** Before a dangerous act: prove that it is still you. Then the act is repeated by itself. */
export function StepUpDialog({ settle }: StepUpProps) {
  const client = useQueryClient()
  const me = useQuery(queryOf(getMe, {}))
  const factors = useQuery(queryOf(getSecondFactor, {}))
  async function proven() {
    await client.invalidateQueries({ queryKey: keyOf(getMe) })
    settle(true)
  }
  const hasFactor = me.data?.secondFactor ?? false
  const way =
    !me.data || !factors.data ? 'unknown' : hasFactor ? 'factor' : me.data.hasPassword ? 'password' : 'provider'
  return (
    <Dialog title="Confirm that it is you" open onClose={() => settle(false)} keep size="sm">
      <p style={{ marginTop: 0 }}>This matters enough to ask once more. It holds for ten minutes.</p>
      <div style={{ display: 'grid', gap: '0.75rem' }}>
        {way === 'password' && <ByPassword onProven={proven} />}
        {way === 'factor' && factors.data?.totp && <ByCode onProven={proven} />}
        {way === 'factor' && (factors.data?.passkeys ?? 0) > 0 && passkeysWork() && <ByPasskey onProven={proven} />}
        {way === 'provider' && <ByProvider />}
      </div>
    </Dialog>
  )
}

interface Way {
  onProven: () => Promise<void>
}

function ByPassword({ onProven }: Way) {
  const form = useForm({
    initial: { password: '' },
    shape: confirm.body,
    async submit(body) {
      await call(confirm, { body }, { plain: true })
      await onProven()
    },
  })
  return (
    <Form form={form} submit="Confirm" fullWidth>
      <PasswordInput
        label="Your password"
        autoComplete="current-password"
        data-autofocus
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        {...form.text('password')}
      />
    </Form>
  )
}

function ByCode({ onProven }: Way) {
  const form = useForm({
    initial: { otp: '' },
    shape: confirm.body,
    async submit(body) {
      await call(confirm, { body }, { plain: true })
      await onProven()
    },
  })
  return (
    <Form form={form} submit="Confirm" fullWidth>
      <TextInput
        label="Code of your authenticator app"
        description="Six digits, or a recovery code."
        autoComplete="one-time-code"
        data-autofocus
        {...form.text('otp')}
      />
    </Form>
  )
}

function ByPasskey({ onProven }: Way) {
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  async function prove() {
    setProblem(undefined)
    setBusy(true)
    try {
      await call(confirm, { body: { passkey: await proofByPasskey() } }, { plain: true })
      await onProven()
    } catch (error) {
      setProblem(inWords(error))
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFingerprint size={17} stroke={1.6} />}
        loading={busy}
        onClick={() => void prove()}
      >
        Use a passkey
      </Button>
      {problem && <Notice level="bad">{problem}</Notice>}
    </>
  )
}

/** Who signs in by a provider proves it there; the page is left for it. */
function ByProvider() {
  return (
    <>
      <Notice level="info">
        You sign in by your organisation. Confirm there, then repeat what you were about to do; a second factor of your
        own, under Security, spares you the way.
      </Notice>
      <Button onClick={() => void leaveForProvider({ fresh: true, from: location.pathname + location.search })}>
        Confirm at my organisation
      </Button>
    </>
  )
}
