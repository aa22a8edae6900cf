import { Command, CommanderError } from 'commander'
import { CommandFailed, EXIT } from './exit.ts'
import { auditCommand } from './platform/audit.ts'
import { doctorCommand } from './platform/doctor.ts'
import { keyCommand } from './platform/key.ts'
import { migrateCommand } from './platform/migrate.ts'
import { openapiCommand } from './platform/openapi.ts'
import { serveCommand } from './platform/serve.ts'
import { signInCommand, signOutCommand } from './platform/sign-in.ts'
import { userCommand } from './platform/user.ts'
import { calendarCommand } from './sentinel/calendar.ts'
import { colours, say } from './terminal.ts'

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 no answer · 4 not allowed · 5 not found · 6 looked, and found trouble`

const program = new Command('bellwether')
  .description('Bellwether, the operations desk of a business')
  .option('--json', 'answer in JSON', false)
  .option('--url <address>', 'where Bellwether runs', process.env.BELLWETHER_URL || 'http://127.0.0.1:7400')
  .addHelpText('after', EXIT_CODES)
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for what is possible)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()

const commands = [
  serveCommand(),
  doctorCommand(),
  migrateCommand(),
  openapiCommand(),
  signInCommand(),
  signOutCommand(),
  userCommand(),
  keyCommand(),
  auditCommand(),
  calendarCommand(),
]
for (const command of commands) program.addCommand(throwing(command))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommandFailed) {
    if (process.argv.includes('--json')) say(JSON.stringify({ error: error.message, exit: error.exit }))
    else say(`${colours.red('✗')} ${error.message}`)
    process.exit(error.exit)
  }
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage)
  throw error
}

/** Makes a command and those below it throw rather than end the process, so that one place decides the exit code. */
function throwing(command: Command): Command {
  for (const below of command.commands) throwing(below)
  return command.exitOverride()
}
