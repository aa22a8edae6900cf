import type { InputOf } from '@bellwether/contract/endpoint'
import { changeMe, getMe, type Me } from '@bellwether/contract/platform/account'
import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { grantName } from '../../lib/access.ts'
import { keyOf } from '../../lib/api/queries.ts'
import { call } from '../../lib/api/session.ts'
import { createFormats, useFormats } from '../../lib/format.ts'
import { useMe } from '../../lib/me.ts'
import { DENSITIES, placeOf, preferences, THEMES, usePreferences } from '../../lib/preferences.ts'
import { Form, NO_CHOICE, Row, useForm, ZoneSelect } from '../../ui/form/index.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Tag } from '../../ui/status.tsx'
import { failed, told } from '../../ui/toast.ts'
import { LOCALES, localeName } from './locales.ts'
import styles from './profile.module.css'

type Change = InputOf<typeof changeMe>['body']

/** Saves to the account and takes effect here at once. */
function useSave() {
  const client = useQueryClient()
  return async (body: Change): Promise<Me> => {
    const me = await call(changeMe, { body })
    client.setQueryData(keyOf(getMe, {}), me)
    preferences.change({ locale: undefined, zone: undefined, ...me.preferences })
    return me
  }
}

export function ProfilePage() {
  const me = useMe()
  return (
    <Page title="Profile" description="Who you are here, and how you like to see things." narrow>
      <You me={me} />
      <Display />
      <Section title="What you may do" description="Granted by those who administer this installation.">
        <ul className={styles.grants}>
          {me.grants.length === 0 && <li>Nothing yet: ask an administrator for a role.</li>}
          {me.grants.map((grant) => (
            <li key={grant.domain}>
              <Tag>{grantName(grant)}</Tag>
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  )
}

function You({ me }: { me: Me }) {
  const save = useSave()
  const form = useForm({
    initial: { name: me.name },
    shape: changeMe.body,
    async submit(_, { name }) {
      await save({ name })
      told('Your name is saved.')
    },
  })
  return (
    <Section title="You">
      <Form form={form} submit="Save" disabled={!form.dirty}>
        <TextInput
          label="Name"
          description="Others see it beside what you do."
          autoComplete="name"
          {...form.text('name')}
        />
        <TextInput
          label="E-mail"
          value={me.email}
          readOnly
          description="Your sign-in name. An administrator can change it."
        />
      </Form>
    </Section>
  )
}

const CAPITAL: Record<string, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  comfortable: 'Comfortable',
  compact: 'Compact',
}

function Display() {
  const chosen = usePreferences()
  const save = useSave()
  const prefer = (change: NonNullable<Change['preferences']>) => {
    const { locale, zone, ...rest } = change
    preferences.change({
      ...rest,
      ...(locale === undefined ? {} : { locale: locale ?? undefined }),
      ...(zone === undefined ? {} : { zone: zone ?? undefined }),
    })
    save({ preferences: change }).catch((error: unknown) => failed('This choice is kept in this browser only', error))
  }
  const machine = placeOf({ ...chosen, zone: undefined, locale: undefined })
  return (
    <Section title="Display" description="Takes effect at once, and follows you to other browsers.">
      <Row>
        <Choice label="Theme" options={THEMES} value={chosen.theme} onChange={(theme) => prefer({ theme })} />
        <Choice
          label="Density"
          options={DENSITIES}
          value={chosen.density}
          onChange={(density) => prefer({ density })}
        />
      </Row>
      <Row>
        <Select
          label="Language of numbers and dates"
          data={[
            { value: NO_CHOICE, label: `As the browser: ${localeName(machine.locale)}` },
            ...LOCALES.map((value) => ({ value, label: localeName(value) })),
          ]}
          value={chosen.locale ?? NO_CHOICE}
          onChange={(locale) => prefer({ locale: locale === NO_CHOICE ? null : locale })}
          searchable
          allowDeselect={false}
        />
        <ZoneSelect
          label="Time zone"
          value={chosen.zone}
          onChange={(zone) => prefer({ zone: zone ?? null })}
          fallback={`As this machine: ${machine.zone}`}
        />
      </Row>
      <Sample />
    </Section>
  )
}

/** What the choices do, at a glance. */
function Sample() {
  const formats = useFormats()
  const [sample] = useState(() => new Date().toISOString())
  return (
    <p className={styles.sample}>
      <span className="bw-soft">This moment reads</span> <strong>{formats.instant(sample)}</strong>
      <span className="bw-soft"> · in UTC </span>
      {createFormats({ locale: formats.locale, zone: 'UTC' }).instant(sample)}
      <span className="bw-soft"> · a number </span>
      {formats.decimal(1234567.89)}
    </p>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  options: readonly T[]
  value: T
  onChange: (value: T) => void
}

function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  const id = useId()
  return (
    <div className={styles.choice}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <SegmentedControl
        aria-labelledby={id}
        data={options.map((option) => ({ value: option, label: CAPITAL[option] ?? option }))}
        value={value}
        onChange={(next) => onChange(next as T)}
      />
    </div>
  )
}
