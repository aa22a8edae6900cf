import { addFlag, changeFlag, type Flag, listFlags, NewFlag } from '@bellwether/contract/platform/flags'
import { NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core'
import { useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useMe } from '../../lib/me.ts'
import { Form, Row, useForm } from '../../ui/form/index.ts'
import { told } from '../../ui/toast.ts'
import { bodyOf, type FlagValues, freshFlag, valuesOf } from './flag-values.ts'
import styles from './flags.module.css'
import { VariantsInput } from './variants-input.tsx'

export function FlagForm({ flag, onDone }: { flag?: Flag; onDone: () => void }) {
  const { zone } = useFormats()
  const me = useMe()
  const add = useAct(addFlag, { refreshes: [listFlags] })
  const change = useAct(changeFlag, {
    refreshes: [listFlags],
    // Refuses to overwrite what somebody else changed since this form was opened.
    ...(flag ? { headers: () => ({ 'if-match': `"${flag.version}"` }) } : {}),
  })
  const form = useForm<FlagValues, typeof NewFlag>({
    initial: flag ? valuesOf(flag, zone) : freshFlag(me.email, zone),
    shape: NewFlag,
    bodyOf: (values) => bodyOf(values, zone, flag),
    async submit(body) {
      if (flag) await change.mutateAsync({ params: { key: flag.key }, body })
      else await add.mutateAsync({ body })
      told(`${body.key} is ${flag ? 'changed' : 'added'}.`)
      onDone()
    },
  })
  return (
    <Form form={form} submit={flag ? 'Save' : 'Add the flag'}>
      <Basics form={form} isNew={flag === undefined} />
      <Audience form={form} zone={zone} />
      <Switch label="On" {...form.check('on')} />
    </Form>
  )
}

type FlagFormState = ReturnType<typeof useForm<FlagValues, typeof NewFlag>>

function Basics({ form, isNew }: { form: FlagFormState; isNew: boolean }) {
  return (
    <>
      <Row>
        <TextInput
          label="Key"
          placeholder="checkout.new-form"
          readOnly={!isNew}
          data-autofocus={isNew}
          {...form.text('key')}
        />
        <TextInput label="Owner" description="Who answers for it, and removes it one day" {...form.text('owner')} />
      </Row>
      <Textarea label="What it does" autosize minRows={2} {...form.text('description')} />
      <Row>
        <NativeSelect
          label="Gives"
          data={[
            { value: 'boolean', label: 'Yes or no' },
            { value: 'variant', label: 'One of several variants' },
          ]}
          {...form.text('kind')}
        />
        <NumberInput
          label="Share of those asked, in %"
          description="Raising it never takes the flag from anyone"
          min={0}
          max={100}
          step={1}
          decimalScale={3}
          value={form.values.percent}
          onChange={(percent) => form.set('percent', Number(percent) || 0)}
          error={form.errors.percent}
        />
      </Row>
      {form.values.kind === 'variant' && <Variants form={form} />}
    </>
  )
}

const Variants = ({ form }: { form: FlagFormState }) => (
  <VariantsInput
    value={form.values.variants}
    onChange={(next) => form.set('variants', next)}
    error={form.errors.variants}
    otherwise={form.values.otherwise}
    onOtherwise={(name) => form.set('otherwise', name)}
  />
)

function Audience({ form, zone }: { form: FlagFormState; zone: string }) {
  return (
    <>
      <Row>
        <Textarea
          label="Always for"
          description="Targeting keys, one a line"
          autosize
          minRows={2}
          maxRows={6}
          {...form.text('allow')}
        />
        <Textarea
          label="Never for"
          description="Wins over “always”"
          autosize
          minRows={2}
          maxRows={6}
          {...form.text('deny')}
        />
      </Row>
      <Row>
        <TextInput label={`Starts, in ${zone}`} type="datetime-local" {...form.text('startsAt')} />
        <TextInput label={`Ends, in ${zone}`} type="datetime-local" {...form.text('endsAt')} />
        <TextInput label={`Expires, in ${zone}`} type="datetime-local" {...form.text('expiresAt')} />
      </Row>
      {form.values.rules > 0 && (
        <p className={styles.hint}>
          {form.values.rules === 1 ? 'One rule' : `${form.values.rules} rules`} by attributes stay as they are; they are
          written by the API.
        </p>
      )}
    </>
  )
}
