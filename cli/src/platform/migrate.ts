import { Command } from 'commander'
import { globalsOf } from '../command.ts'
import { askServer } from '../local.ts'
import { progressLine, say } from '../terminal.ts'

export const migrateCommand = () =>
  new Command('migrate')
    .description('bring the database up to date without starting the server')
    .action(async (_: unknown, command: Command) => {
      const line = progressLine()
      const { applied } = await askServer<{ applied: string[] }>(['migrate'], line.say)
      line.end()
      if (globalsOf(command).json) return console.log(JSON.stringify({ applied }))
      say(
        applied.length === 0
          ? 'The database is up to date.'
          : `Applied ${applied.length}:\n${applied.map((id) => `  ${id}`).join('\n')}`,
      )
    })
