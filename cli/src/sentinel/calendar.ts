import {
  addCalendarEntry,
  type CalendarEntry,
  EntryKind,
  listCalendar,
  NewCalendarEntry,
  removeCalendarEntry,
} from '@bellwether/contract/sentinel/calendar'
import { Command, Option } from 'commander'
import { clientOf, globalsOf, jsonOf } from '../command.ts'
import { CommandFailed, EXIT } from '../exit.ts'
import { allPages } from '../paging.ts'
import { type Column, done, show, timeText } from '../terminal.ts'

const COLUMNS: readonly Column<CalendarEntry>[] = [
  ['Id', (entry) => entry.id],
  ['From', (entry) => timeText(entry.startsAt)],
  ['To', (entry) => timeText(entry.endsAt)],
  ['Kind', (entry) => entry.kind],
  ['Title', (entry) => entry.title],
  ['Where', (entry) => (entry.entity === '*' ? 'everywhere' : entry.entity)],
]

export function calendarCommand(): Command {
  const calendar = new Command('calendar').description('times when the business behaves unlike an ordinary day')
  calendar
    .command('list')
    .description('entries in order of their start')
    .option('--entity <name>', 'site, warehouse, carrier or country')
    .action(async ({ entity }: { entity?: string }, command: Command) => {
      const client = clientOf(command)
      const entries = await allPages((cursor) => client.call(listCalendar, { query: { entity, cursor, limit: 500 } }))
      show(entries, COLUMNS, {
        ...globalsOf(command),
        empty: 'The calendar is empty. Add a holiday or promotion with "bellwether calendar add".',
      })
    })
  calendar
    .command('add <title>')
    .description('add an entry')
    .requiredOption('--from <time>', 'start, with offset: 2026-11-27T00:00:00+01:00')
    .requiredOption('--to <time>', 'end, with offset')
    .addOption(new Option('--kind <kind>', 'what it is').choices(EntryKind.options).default('event'))
    .option('--entity <name>', 'site, warehouse, carrier or country; all of them unless said')
    .option('--domain <name>', 'business area')
    .option('--zone <name>', 'IANA zone', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .action(async (title: string, { from, to, ...rest }: Record<string, string>, command: Command) => {
      const entry = NewCalendarEntry.safeParse({ title, startsAt: from, endsAt: to, ...rest })
      if (!entry.success)
        throw new CommandFailed(
          entry.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'),
          EXIT.usage,
        )
      show([await clientOf(command).call(addCalendarEntry, { body: entry.data })], COLUMNS, {
        ...globalsOf(command),
        empty: '',
      })
    })
  calendar
    .command('remove <id>')
    .description('remove an entry')
    .action(async (id: string, _: unknown, command: Command) => {
      await clientOf(command).call(removeCalendarEntry, { params: { id } })
      done('Removed.', { ...jsonOf(command), id })
    })
  return calendar
}
