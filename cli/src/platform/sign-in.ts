import { signIn, signOut } from '@bellwether/contract/platform/session'
import { Command } from 'commander'
import { createClient, remember } from '../client.ts'
import { globalsOf, jsonOf } from '../command.ts'
import { forget, keptFor } from '../credentials.ts'
import { CommandFailed } from '../exit.ts'
import { ask, done } from '../terminal.ts'

export const signInCommand = () =>
  new Command('sign-in')
    .description('sign in as a person; the session is kept for this account of this machine')
    .option('--email <address>')
    .action(async ({ email }: { email?: string }, command: Command) => {
      const client = createClient(globalsOf(command).url, undefined)
      const body = { email: email ?? (await ask('E-mail: ')), password: await ask('Password: ', { secret: true }) }
      const first = await client.call(signIn, { body }).catch((error: unknown) => {
        if (error instanceof CommandFailed && error.message.includes('body.otp')) return undefined
        throw error
      })
      remember(
        client.url,
        first ?? (await client.call(signIn, { body: { ...body, otp: await ask('Code of your authenticator app: ') } })),
      )
      done(`Signed in at ${client.url}.`, { ...jsonOf(command), url: client.url })
    })

export const signOutCommand = () =>
  new Command('sign-out').description('end the kept session').action(async (_: unknown, command: Command) => {
    const { url } = globalsOf(command)
    const kept = keptFor(url)
    forget(url)
    if (kept) await createClient(url, kept.accessToken).call(signOut, { body: { refreshToken: kept.refreshToken } })
    done('Signed out.', { ...jsonOf(command), url })
  })
