import { Command } from 'commander'
import { globalsOf } from '../command.ts'
import { EXIT } from '../exit.ts'
import { askServer } from '../local.ts'
import { colours } from '../terminal.ts'

interface Finding {
  check: string
  state: 'ok' | 'warning' | 'trouble'
  detail: string
  /** What to do about it. */
  remedy?: string
}

const SIGN = { ok: colours.green('✓'), warning: colours.yellow('!'), trouble: colours.red('✗') }

export const doctorCommand = () =>
  new Command('doctor')
    .description('look at this machine, the configuration and the data; say what is wrong and what to do')
    .action(async (_: unknown, command: Command) => {
      const findings = await askServer<Finding[]>(['doctor'])
      if (globalsOf(command).json) console.log(JSON.stringify(findings, undefined, 2))
      else
        for (const { check, state, detail, remedy } of findings)
          console.log(`${SIGN[state]} ${check}: ${detail}${remedy ? `\n    ${colours.dim('→')} ${remedy}` : ''}`)
      if (findings.some(({ state }) => state === 'trouble')) process.exit(EXIT.foundTrouble)
    })
