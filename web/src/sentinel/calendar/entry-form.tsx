import {
  addCalendarEntry,
  type CalendarEntry,
  changeCalendarEntry,
  listCalendar,
  NewCalendarEntry,
} from '@bellwether/contract/sentinel/calendar'
import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { instantOfWall, wallOf } from '../../lib/zones.ts'
import { Form, Row, useForm, ZoneSelect } from '../../ui/form/index.ts'
import { KINDS } from './kinds.ts'

interface EntryFormProps {
  entry?: CalendarEntry
  onDone: (entry: CalendarEntry) => void
}

type Values = {
  title: string
  kind: CalendarEntry['kind']
  domain: string
  entity: string
  zone: string
  /** What the clock on the wall shows there. */
  startsAt: string
  endsAt: string
  hoursBefore: number
  hoursAfter: number
}

const valuesOf = (entry: CalendarEntry): Values => ({
  ...entry,
  entity: entry.entity === '*' ? '' : entry.entity,
  startsAt: wallOf(entry.startsAt, entry.zone),
  endsAt: wallOf(entry.endsAt, entry.zone),
})

/** Tomorrow, the whole day. */
function fresh(zone: string): Values {
  const day = (ahead: number) => wallOf(new Date(Date.now() + ahead * 86_400_000).toISOString(), zone).slice(0, 10)
  return {
    title: '',
    kind: 'promotion',
    domain: 'business',
    entity: '',
    zone,
    startsAt: `${day(1)}T00:00`,
    endsAt: `${day(2)}T00:00`,
    hoursBefore: 0,
    hoursAfter: 0,
  }
}

const bodyOf = (values: Values) => ({
  title: values.title,
  kind: values.kind,
  domain: values.domain.trim(),
  entity: values.entity.trim() || '*',
  zone: values.zone,
  startsAt: instantOfWall(values.startsAt, values.zone) ?? '',
  endsAt: instantOfWall(values.endsAt, values.zone) ?? '',
  hoursBefore: values.hoursBefore,
  hoursAfter: values.hoursAfter,
})

export function EntryForm({ entry, onDone }: EntryFormProps) {
  const { zone } = useFormats()
  const add = useAct(addCalendarEntry, { refreshes: [listCalendar] })
  const change = useAct(changeCalendarEntry, {
    refreshes: [listCalendar],
    // Refuses to overwrite what somebody else changed since this form was opened.
    ...(entry ? { headers: () => ({ 'if-match': `"${entry.version}"` }) } : {}),
  })
  const form: EntryFormState = useForm<Values, typeof NewCalendarEntry>({
    initial: entry ? valuesOf(entry) : fresh(zone),
    shape: NewCalendarEntry,
    bodyOf,
    submit: async (body) =>
      onDone(entry ? await change.mutateAsync({ params: { id: entry.id }, body }) : await add.mutateAsync({ body })),
  })
  return (
    <Form form={form} submit={entry ? 'Save' : 'Add entry'}>
      <TextInput label="Title" placeholder="Black Friday" data-autofocus {...form.text('title')} />
      <Row>
        <NativeSelect
          label="Kind"
          data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
          {...form.text('kind')}
        />
        <TextInput
          label="Where"
          description="Empty is the whole business"
          placeholder="Site, warehouse, country"
          {...form.text('entity')}
        />
      </Row>
      <Times form={form} otherwise={zone} />
      <TextInput
        label="Domain"
        description="The business area; who may see the entry follows from it"
        {...form.text('domain')}
      />
    </Form>
  )
}

type EntryFormState = ReturnType<typeof useForm<Values, typeof NewCalendarEntry>>

/** When it is, where its clock hangs, and how far around it is felt. */
function Times({ form, otherwise }: { form: EntryFormState; otherwise: string }) {
  return (
    <>
      <Row>
        <TextInput label="Starts" type="datetime-local" {...form.text('startsAt')} />
        <TextInput label="Ends" type="datetime-local" {...form.text('endsAt')} />
      </Row>
      <ZoneSelect
        label="Time zone of these times"
        value={form.values.zone}
        onChange={(chosen) => form.set('zone', chosen ?? otherwise)}
        error={form.errors.zone}
      />
      <Row>
        <Hours label="Felt before, in hours" {...form.field('hoursBefore')} />
        <Hours label="Felt after, in hours" {...form.field('hoursAfter')} />
      </Row>
    </>
  )
}

interface HoursProps {
  label: string
  value: unknown
  onChange: (hours: number) => void
  error: string | undefined
}

const Hours = ({ label, value, onChange, error }: HoursProps) => (
  <NumberInput
    label={label}
    min={0}
    max={14 * 24}
    value={Number(value)}
    onChange={(hours) => onChange(Number(hours) || 0)}
    error={error}
  />
)
