import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AuditEntry,
  type AuditFault,
  type AuditVerification,
  exportAudit,
  getAuditVerification,
  searchAudit,
  verifyAudit,
} from '@bellwether/contract/platform/audit'
import { Command } from 'commander'
import type { Client } from '../client.ts'
import { clientOf, globalsOf, jsonOf } from '../command.ts'
import { CommandFailed, EXIT } from '../exit.ts'
import { askServer } from '../local.ts'
import { type Column, colours, done, progressLine, show, timeText } from '../terminal.ts'

const COLUMNS: readonly Column<AuditEntry>[] = [
  ['When', (entry) => timeText(entry.at)],
  ['Who', (entry) => entry.actor.name],
  ['What', (entry) => entry.action],
  ['On', (entry) => `${entry.object.type} ${entry.object.id}`],
  ['From', (entry) => entry.from?.ip ?? '–'],
]

interface Verdict {
  sound: boolean
  rows: number
  checkpoints: number
  faultCount: number
  faults: AuditFault[]
  /** Of an export: who signed it, and when its last checkpoint was made. */
  keys?: { id: string; fingerprint: string }[]
  last?: { at: string }
}

export function auditCommand(): Command {
  const audit = new Command('audit').description('the log of who did what')
  audit
    .command('list')
    .description('the latest acts')
    .option('--actor <name>')
    .option('--action <beginning>')
    .option('--limit <number>', 'how many', '50')
    .action(async (query: { actor?: string; action?: string; limit: string }, command: Command) => {
      const { items } = await clientOf(command).call(searchAudit, { query })
      show(items, COLUMNS, { ...globalsOf(command), empty: 'No act matches.' })
    })
  audit
    .command('verify [file]')
    .description(
      'check the hash chain and its signatures: of a running server, or of an exported file without any server',
    )
    .option('--fingerprint <hex...>', 'of a key you wrote down; a file signed with any other is refused')
    .action(async (file: string | undefined, { fingerprint = [] }: { fingerprint?: string[] }, command: Command) => {
      const line = progressLine()
      const verdict = await (file
        ? askServer<Verdict>(['audit-verify', file, ...fingerprint], line.say)
        : verifyThere(clientOf(command), line.say)
      ).finally(line.end)
      report(verdict, globalsOf(command).json)
    })
  audit
    .command('export <file>')
    .description('save the whole log with checkpoints and public keys, verifiable offline')
    .action(async (file: string, _: unknown, command: Command) => {
      const { body } = await clientOf(command).fetch(exportAudit, {})
      if (!body) throw new CommandFailed('the server sent nothing')
      await pipeline(
        Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
        createWriteStream(file, { mode: 0o600 }),
      )
      done(`Written to ${file}. Check it with "bellwether audit verify ${file}".`, { ...jsonOf(command), file })
    })
  return audit
}

async function verifyThere(client: Client, progress: (text: string) => void): Promise<Verdict> {
  let run: AuditVerification = await client.call(verifyAudit, { body: {} })
  while (run.state === 'running') {
    progress(`${run.rows.toLocaleString('en')} of ${run.total.toLocaleString('en')} rows`)
    await sleep(300)
    run = await client.call(getAuditVerification, { params: { id: run.id } })
  }
  if (run.state === 'failed')
    throw new CommandFailed(`the verification did not finish: ${run.reason ?? 'no reason given'}`)
  return { ...run, sound: run.sound === true }
}

function report(verdict: Verdict, json: boolean): void {
  const { sound, rows, checkpoints, faults, faultCount, keys, last } = verdict
  if (json) console.log(JSON.stringify({ sound, rows, checkpoints, faultCount, faults, keys, last }, undefined, 2))
  else console.log(inWords(verdict))
  if (!sound) process.exit(EXIT.foundTrouble)
}

function inWords({ sound, rows, checkpoints, faults, faultCount, keys = [], last }: Verdict): string {
  const acts = `${rows.toLocaleString('en')} acts`
  if (!sound) {
    const places = faults.map(
      (fault) => `  ${fault.seq ? `act ${fault.seq}` : `checkpoint ${fault.checkpoint ?? '?'}`}: ${fault.detail}`,
    )
    return [
      `${colours.red('✗')} The log was tampered with: ${faultCount} ${faultCount === 1 ? 'fault' : 'faults'} in ${acts}.`,
      ...places,
    ].join('\n')
  }
  const signers = keys.map(({ fingerprint }) => `  signed with ${fingerprint}`)
  const until = last ? [`  last signed ${timeText(last.at)}; what came later is not in the file`] : []
  return [
    `${colours.green('✓')} ${acts} and ${checkpoints} checkpoints are as they were written.`,
    ...signers,
    ...until,
  ].join('\n')
}
