import { PermissionName } from '@bellwether/contract/platform/access'
import { type ApiKey, listKeys, makeKey, revokeKey } from '@bellwether/contract/platform/key'
import { Command } from 'commander'
import { clientOf, globalsOf, jsonOf } from '../command.ts'
import { CommandFailed, EXIT } from '../exit.ts'
import { allPages } from '../paging.ts'
import { type Column, done, say, show, showOne, timeText } from '../terminal.ts'

const COLUMNS: readonly Column<ApiKey>[] = [
  ['Key', (key) => key.prefix],
  ['Name', (key) => key.name],
  ['Scopes', (key) => key.scopes.join(', ')],
  ['Expires', (key) => (key.expiresAt ? timeText(key.expiresAt) : 'never')],
  ['Last used', (key) => timeText(key.lastUsedAt)],
]

function readScopes(texts: readonly string[]) {
  const scopes = PermissionName.array().safeParse(texts)
  if (!scopes.success)
    throw new CommandFailed(`"${texts.join(' ')}" are not permissions; write them like calendar:read`, EXIT.usage)
  return scopes.data
}

export function keyCommand(): Command {
  const key = new Command('key').description('API keys for programs')
  key
    .command('list')
    .description('your keys')
    .action(async (_: unknown, command: Command) => {
      const client = clientOf(command)
      show(await allPages((cursor) => client.call(listKeys, { query: { cursor } })), COLUMNS, {
        ...globalsOf(command),
        empty: 'You have no keys. Make one with "bellwether key make".',
      })
    })
  key
    .command('make <name> <scopes...>')
    .description('make a key; it is shown once')
    .option('--days <number>', 'days until it expires')
    .action(async (name: string, scopes: string[], { days }: { days?: string }, command: Command) => {
      const expiresAt =
        days === undefined ? {} : { expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }
      const made = await clientOf(command).call(makeKey, { body: { name, scopes: readScopes(scopes), ...expiresAt } })
      showOne(
        { key: made.key, name: made.name, scopes: made.scopes.join(', '), expires: made.expiresAt ?? 'never' },
        globalsOf(command).json,
      )
      say('Keep it now: it cannot be shown again.')
    })
  key
    .command('revoke <prefix>')
    .description('revoke a key; it stops working at once')
    .action(async (prefix: string, _: unknown, command: Command) => {
      const client = clientOf(command)
      const found = (await allPages((cursor) => client.call(listKeys, { query: { cursor } }))).find(
        (one) => one.prefix === prefix || one.id === prefix,
      )
      if (!found) throw new CommandFailed(`you have no key ${prefix}`, EXIT.notFound)
      await client.call(revokeKey, { params: { id: found.id } })
      done(`${found.prefix} is revoked.`, { ...jsonOf(command), prefix: found.prefix })
    })
  return key
}
