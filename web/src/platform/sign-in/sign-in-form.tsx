import { oidcStart, signIn, signInWays } from '@bellwether/contract/platform/session'
import { Button, Divider, PasswordInput, TextInput } from '@mantine/core'
import { IconFingerprint, IconLogin2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { inWords, isRefused } from '../../lib/api/problems.ts'
import { queryOf } from '../../lib/api/queries.ts'
import { call, tellTabs } from '../../lib/api/session.ts'
import { Form, useForm } from '../../ui/form/index.ts'
import { Notice } from '../../ui/status.tsx'
import { passkeysWork, signInWithPasskey } from './passkey.ts'
import { rememberReturn } from './return.ts'

interface SignInFormProps {
  onSignedIn: () => void | Promise<void>
  /** The account that must come back, where somebody was signed in before. */
  email?: string
  /** Where to go on after a way over another site. */
  from?: string
}

const needsOtp = (error: unknown): boolean =>
  isRefused(error, 'unauthenticated') && (error.problem.errors ?? []).some(({ path }) => path === 'body.otp')

/** The form of both steps: e-mail and password, then the second factor where one is due. */
function useSignIn({ onSignedIn, email }: SignInFormProps) {
  const [asksOtp, setAsksOtp] = useState(false)
  const form = useForm({
    initial: { email: email ?? '', password: '', otp: '' },
    shape: signIn.body,
    bodyOf: ({ otp, ...rest }) => (asksOtp ? { ...rest, otp } : rest),
    async submit(body) {
      try {
        await call(signIn, { body }, { plain: true })
      } catch (error) {
        if (asksOtp || !needsOtp(error)) throw error
        setAsksOtp(true)
        return
      }
      tellTabs()
      await onSignedIn()
    },
  })
  return { form, asksOtp, setAsksOtp }
}
type SignInState = ReturnType<typeof useSignIn>

const OtpStep = ({ form, setAsksOtp }: SignInState) => (
  <Form form={form} submit="Sign in" fullWidth actions={<BackButton onBack={() => setAsksOtp(false)} />}>
    <TextInput
      label="Code of your authenticator app"
      description="Six digits. A recovery code works too, once."
      autoComplete="one-time-code"
      inputMode="text"
      autoFocus
      {...form.text('otp')}
    />
  </Form>
)

export function SignInForm(props: SignInFormProps) {
  const { onSignedIn, email, from } = props
  const ways = useQuery(queryOf(signInWays, {}))
  const state = useSignIn(props)
  const { form } = state
  if (state.asksOtp) return <OtpStep {...state} />
  return (
    <>
      <Form form={form} submit="Sign in" fullWidth>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus={email === undefined}
          readOnly={email !== undefined}
          {...form.text('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          autoFocus={email !== undefined}
          data-autofocus={email !== undefined}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          {...form.text('password')}
        />
      </Form>
      <OtherWays
        passkeys={(ways.data?.passkeys ?? false) && passkeysWork()}
        oidc={ways.data?.oidc?.issuer}
        onSignedIn={onSignedIn}
        from={from}
      />
    </>
  )
}

const BackButton = ({ onBack }: { onBack: () => void }) => (
  <Button variant="default" onClick={onBack}>
    Back
  </Button>
)

interface OtherWaysProps extends Pick<SignInFormProps, 'onSignedIn'> {
  passkeys: boolean
  oidc: string | undefined
  from: string | undefined
}

function OtherWays({ passkeys, oidc, onSignedIn, from }: OtherWaysProps) {
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState<'passkey' | 'oidc'>()
  async function go(way: 'passkey' | 'oidc', run: () => Promise<void>) {
    setProblem(undefined)
    setBusy(way)
    try {
      await run()
    } catch (error) {
      setProblem(inWords(error))
    } finally {
      setBusy(undefined)
    }
  }
  if (!passkeys && !oidc) return null
  return (
    <div style={{ display: 'grid', gap: '0.625rem', marginTop: '0.875rem' }}>
      <Divider label="or" labelPosition="center" />
      {passkeys && (
        <Button
          variant="default"
          leftSection={<IconFingerprint size={17} stroke={1.6} />}
          loading={busy === 'passkey'}
          onClick={() => void go('passkey', () => signInWithPasskey().then(onSignedIn))}
        >
          Sign in with a passkey
        </Button>
      )}
      {oidc && (
        <Button
          variant="default"
          leftSection={<IconLogin2 size={17} stroke={1.6} />}
          loading={busy === 'oidc'}
          onClick={() => void go('oidc', () => leaveForProvider({ fresh: false, from }))}
        >
          Continue with {new URL(oidc).host}
        </Button>
      )}
      {problem && <Notice level="bad">{problem}</Notice>}
    </div>
  )
}

/** Goes to the provider's site; it sends the browser back to /sign-in/oidc. */
export async function leaveForProvider({ fresh, from }: { fresh: boolean; from: string | undefined }): Promise<void> {
  const { url } = await call(oidcStart, { body: { fresh } }, { plain: true })
  rememberReturn(from)
  location.assign(url)
}
