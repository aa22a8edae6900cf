import type { ResultOf } from '@bellwether/contract/endpoint'
import { type Flag, tryFlag } from '@bellwether/contract/platform/flags'
import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { z } from 'zod'
import { call } from '../../lib/api/session.ts'
import { Form, useForm } from '../../ui/form/index.ts'
import { Notice } from '../../ui/status.tsx'

const Asked = z.object({
  targetingKey: z.string().min(1, 'must not be empty'),
  attributes: z.string().transform((text, context) => {
    try {
      return z.record(z.string(), z.json()).parse(JSON.parse(text.trim() || '{}'))
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON object such as {"country": "DE"}' })
      return z.NEVER
    }
  }),
})

/** What somebody would get, and why. */
export function TryFlag({ flag }: { flag: Flag }) {
  const [result, setResult] = useState<ResultOf<typeof tryFlag>>()
  const form = useForm({
    initial: { targetingKey: '', attributes: '' },
    shape: Asked,
    async submit({ targetingKey, attributes }) {
      const context = { ...attributes, targetingKey }
      setResult(await call(tryFlag, { params: { key: flag.key }, body: { context } }))
    },
  })
  return (
    <>
      <Form form={form} submit="Ask">
        <TextInput
          label="For whom"
          description="The targeting key: a user, a shop, an order"
          data-autofocus
          {...form.text('targetingKey')}
        />
        <Textarea
          label="With these attributes"
          placeholder='{"country": "DE"}'
          autosize
          minRows={2}
          {...form.text('attributes')}
        />
      </Form>
      <div aria-live="polite" style={{ marginTop: '1rem' }}>
        {result && (
          <Notice level="info" title={result.value === undefined ? 'Their own default' : JSON.stringify(result.value)}>
            {result.because} <span className="bw-soft">({result.reason.toLowerCase().replace('_', ' ')})</span>
          </Notice>
        )}
      </div>
    </>
  )
}
