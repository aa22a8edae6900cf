import type { Grant } from '@bellwether/contract/platform/access'
import { Grants } from '@bellwether/contract/platform/access'
import {
  changeGrants,
  inviteUser,
  listUsers,
  reactivateUser,
  removeUser,
  resetPassword,
  resetSecondFactor,
  suspendUser,
  type User,
} from '@bellwether/contract/platform/user'
import { Command } from 'commander'
import type { Client } from '../client.ts'
import { clientOf, globalsOf, jsonOf } from '../command.ts'
import { CommandFailed, EXIT } from '../exit.ts'
import { askServer } from '../local.ts'
import { allPages } from '../paging.ts'
import { type Column, done, show, showOne, timeText } from '../terminal.ts'

const COLUMNS: readonly Column<User>[] = [
  ['E-mail', (user) => user.email],
  ['Name', (user) => user.name],
  ['Status', (user) => user.status],
  ['Roles', (user) => user.grants.map(grantText).join(', ')],
  ['2nd factor', (user) => (user.secondFactor ? 'yes' : 'no')],
  ['Last seen', (user) => timeText(user.lastSeenAt)],
]
const grantText = ({ role, domain }: Grant): string => (domain === '*' ? role : `${role}@${domain}`)

/** `analyst@payments`, or `viewer` for all domains. */
function readGrants(texts: readonly string[]) {
  const grants = Grants.safeParse(
    texts.map((text) => ({ role: text.split('@')[0], domain: text.split('@')[1] ?? '*' })),
  )
  if (!grants.success)
    throw new CommandFailed(
      `"${texts.join(' ')}" is not a list of roles; write viewer, analyst, domain_admin or super_admin, with @domain for one domain`,
      EXIT.usage,
    )
  return grants.data
}

async function userBy(client: Client, email: string): Promise<User> {
  const found = (await client.call(listUsers, { query: { search: email } })).items.find(
    (user) => user.email === email.toLowerCase(),
  )
  if (!found) throw new CommandFailed(`there is no user ${email}, or you may not see them`, EXIT.notFound)
  return found
}

const ACTS = [
  ['suspend', 'keep a person out until reactivated', suspendUser],
  ['reactivate', 'let a suspended person in again', reactivateUser],
  ['reset-second-factor', 'remove all second factors of a person who lost them', resetSecondFactor],
] as const

export function userCommand(): Command {
  const user = new Command('user').description('people and what they may do')
  user
    .command('list')
    .description('people with an account or an open invitation')
    .option('--search <text>')
    .action(async ({ search }: { search?: string }, command: Command) => {
      const client = clientOf(command)
      const users = await allPages((cursor) => client.call(listUsers, { query: { search, cursor, limit: 500 } }))
      show(users, COLUMNS, { ...globalsOf(command), empty: 'Nobody matches.' })
    })
  user
    .command('invite <email> <roles...>')
    .description('invite a person; roles like viewer or analyst@payments')
    .action(async (email: string, roles: string[], _: unknown, command: Command) => {
      const client = clientOf(command)
      const { link } = await client.call(inviteUser, { body: { email, grants: readGrants(roles) } })
      showOne(
        { link: new URL(link.path, client.url).href, validUntil: timeText(link.expiresAt) },
        globalsOf(command).json,
      )
    })
  user
    .command('grant <email> <roles...>')
    .description('replace what a person is granted')
    .action(async (email: string, roles: string[], _: unknown, command: Command) => {
      const client = clientOf(command)
      const { id } = await userBy(client, email)
      show([await client.call(changeGrants, { params: { id }, body: { grants: readGrants(roles) } })], COLUMNS, {
        ...globalsOf(command),
        empty: '',
      })
    })
  for (const [name, description, endpoint] of ACTS) {
    user
      .command(`${name} <email>`)
      .description(description)
      .action(async (email: string, _: unknown, command: Command) => {
        const client = clientOf(command)
        const { id } = await userBy(client, email)
        show([await client.call(endpoint, { params: { id }, body: {} })], COLUMNS, { ...globalsOf(command), empty: '' })
      })
  }
  return addRecovery(user)
}

function addRecovery(user: Command): Command {
  user
    .command('remove <email>')
    .description('remove a person and erase their personal fields')
    .action(async (email: string, _: unknown, command: Command) => {
      const client = clientOf(command)
      await client.call(removeUser, { params: { id: (await userBy(client, email)).id } })
      done(`${email} is removed.`, { ...jsonOf(command), email })
    })
  user
    .command('reset-password <email>')
    .description('a one-time link by which a person sets a new password')
    .action(async (email: string, _: unknown, command: Command) => {
      const client = clientOf(command)
      const link = await client.call(resetPassword, { params: { id: (await userBy(client, email)).id }, body: {} })
      showOne(
        { link: new URL(link.path, client.url).href, validUntil: timeText(link.expiresAt) },
        globalsOf(command).json,
      )
    })
  user
    .command('sign-in-link <email>')
    .description(
      'for a locked-out administrator: a one-time link, made from the database of this machine (stop the server first when the database is the embedded one)',
    )
    .action(async (email: string, _: unknown, command: Command) => {
      const { path, expiresAt } = await askServer<{ path: string; expiresAt: string }>(['sign-in-link', email])
      showOne(
        { link: new URL(path, globalsOf(command).url).href, validUntil: timeText(expiresAt) },
        globalsOf(command).json,
      )
    })
  return user
}
