import type { ResultOf } from '@bellwether/contract/endpoint'
import { acceptLink, getMe, showLink } from '@bellwether/contract/platform/account'
import { Button, Skeleton, TextInput } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { grantName } from '../../lib/access.ts'
import { inWords, isRefused } from '../../lib/api/problems.ts'
import { keyOf } from '../../lib/api/queries.ts'
import { call, tellTabs } from '../../lib/api/session.ts'
import { Form, NewPasswordInput, useForm } from '../../ui/form/index.ts'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/status.tsx'
import { Frame } from './frame.tsx'

type Shown = ResultOf<typeof showLink>

/** The secret stands in the fragment, which no server sees; it leaves the address as soon as it is used. */
const tokenInAddress = (): string => new URLSearchParams(location.hash.slice(1)).get('token') ?? ''

/** Where a one-time link leads: the first start, an invitation, or a new password. */
export function WelcomePage() {
  const [token] = useState(tokenInAddress)
  const [entered, setEntered] = useState<Shown>()
  const link = useQuery({
    queryKey: ['one-time-link'],
    queryFn: ({ signal }) => call(showLink, { body: { token } }, { signal, plain: true }),
    enabled: token !== '' && !entered,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  if (entered) return <Protect />
  if (token === '' || link.error)
    return <DeadLink reason={link.error ?? undefined} onRetry={() => void link.refetch()} />
  if (!link.data)
    return (
      <Frame title="Welcome">
        <Skeleton height={180} radius="md" aria-label="Reading the link" />
      </Frame>
    )
  return <Accept token={token} link={link.data} onDone={() => setEntered(link.data)} />
}

const TITLES: Record<Shown['kind'], string> = {
  first_start: 'Welcome to Bellwether',
  invitation: 'You are invited',
  password_reset: 'Set a new password',
}

function Lead({ link }: { link: Shown }) {
  if (link.kind === 'first_start') return <>This sets up the first account, {link.email}. It may do everything here.</>
  if (link.kind === 'password_reset') return <>For {link.email}. Your other sessions end.</>
  return (
    <>
      Set up the account {link.email}. You will be {link.grants.map(grantName).join(', ')}.
    </>
  )
}

function Accept({ token, link, onDone }: { token: string; link: Shown; onDone: () => void }) {
  const [asksOtp, setAsksOtp] = useState(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  const asksName = link.kind !== 'password_reset'
  const form = useForm({
    initial: { name: link.name ?? '', password: '', otp: '' },
    shape: acceptLink.body,
    bodyOf: ({ name, password, otp }) => ({
      token,
      password,
      ...(asksName ? { name } : {}),
      ...(asksOtp ? { otp } : {}),
    }),
    async submit(body) {
      try {
        await call(acceptLink, { body }, { plain: true })
      } catch (error) {
        const wantsOtp = isRefused(error) && error.problem.errors?.some(({ path }) => path === 'body.otp')
        if (asksOtp || !wantsOtp) throw error
        setAsksOtp(true)
        return
      }
      tellTabs()
      history.replaceState(history.state, '', '/welcome')
      client.removeQueries({ queryKey: keyOf(getMe) }) // whoever was signed in here before
      if (asksName) onDone()
      else await navigate({ to: '/', replace: true })
    },
  })
  return (
    <Frame title={TITLES[link.kind]} lead={<Lead link={link} />}>
      <Form form={form} submit={asksName ? 'Create my account' : 'Set the password'} fullWidth>
        {asksName && <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />}
        <NewPasswordInput
          label={asksName ? 'Choose a password' : 'New password'}
          email={link.email}
          autoFocus={!asksName}
          {...form.text('password')}
        />
        {asksOtp && (
          <TextInput
            label="Code of your authenticator app"
            description="Six digits, or a recovery code."
            autoComplete="one-time-code"
            autoFocus
            {...form.text('otp')}
          />
        )}
      </Form>
      <p className="bw-soft" style={{ fontSize: '0.8125rem' }}>
        This link works once, until <Moment at={link.expiresAt} />.
      </p>
    </Frame>
  )
}

function DeadLink({ reason, onRetry }: { reason: Error | undefined; onRetry: () => void }) {
  const refused = reason === undefined || isRefused(reason)
  return (
    <Frame title={refused ? 'This link does not work' : 'The link could not be read'}>
      <div style={{ display: 'grid', gap: '1rem' }}>
        <Notice level={refused ? 'warn' : 'bad'}>
          {reason
            ? inWords(reason)
            : 'The address lacks the part after “#token=”; it may have been cut when it was copied.'}
        </Notice>
        <p style={{ margin: 0 }}>
          A link works once and for a limited time. Ask whoever invited you for a new one; who runs the server gets a
          new one with <code>bellwether user link</code>.
        </p>
        {refused ? (
          <Button component={Link} to="/sign-in" variant="default">
            Go to the sign-in
          </Button>
        ) : (
          <Button onClick={onRetry}>Try again</Button>
        )}
      </div>
    </Frame>
  )
}

/** The moment to offer a second factor: one is here, and it takes a minute. */
function Protect() {
  return (
    <Frame
      title="One more thing"
      lead="A second factor keeps your account yours even when somebody learns the password. It takes a minute."
    >
      <div style={{ display: 'grid', gap: '0.625rem' }}>
        <Button component={Link} to="/settings/security" leftSection={<IconShieldCheck size={17} stroke={1.7} />}>
          Set up a second factor
        </Button>
        <Button component={Link} to="/" variant="default">
          Later
        </Button>
      </div>
    </Frame>
  )
}
