import { type SubmitEvent, useRef, useState } from 'react'
import type { z } from 'zod'
import { capital, fieldMessages, inWords } from '../../lib/api/problems.ts'

type Values = Record<string, unknown>
type Named<V, T> = { [K in keyof V]: V[K] extends T ? K : never }[keyof V] & string

interface FormOptions<V extends Values, S extends z.ZodType> {
  initial: V
  /** What is sent, checked before it leaves by the very shape the server checks it by. */
  shape: S
  /** From what the fields hold to what is sent; unless they are the same. */
  bodyOf?: (values: V) => unknown
  submit: (body: z.output<S>, values: V) => Promise<unknown>
}

/** The state of one form: values, what is wrong with them, and whether it is on its way. */
export function useForm<V extends Values, S extends z.ZodType>({ initial, shape, bodyOf, submit }: FormOptions<V, S>) {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const start = useRef(initial)

  function set<K extends keyof V & string>(name: K, value: V[K]): void {
    setValues((before) => ({ ...before, [name]: value }))
    setErrors(({ [name]: _, ...others }) => others)
  }

  function refuse(messages: Record<string, string>, form: HTMLFormElement, otherwise?: string): void {
    const [known, unknown] = split(messages, values)
    setErrors(known)
    setProblem(Object.keys(known).length > 0 ? unknown : (unknown ?? otherwise))
    // After React has marked the fields: the first one that is wrong takes the focus.
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }

  async function send(form: HTMLFormElement): Promise<void> {
    setProblem(undefined)
    const parsed = shape.safeParse(bodyOf ? bodyOf(values) : values)
    if (!parsed.success) return refuse(messagesOf(parsed.error), form)
    setErrors({})
    setBusy(true)
    try {
      await submit(parsed.data, values)
      start.current = values
    } catch (error) {
      refuse(fieldMessages(error), form, inWords(error))
    } finally {
      setBusy(false)
    }
  }

  return {
    values,
    busy,
    /** What is wrong but belongs to no field. */
    problem,
    errors,
    dirty: JSON.stringify(values) !== JSON.stringify(start.current),
    set,
    setProblem,
    reset(next: V = start.current): void {
      start.current = next
      setValues(next)
      setErrors({})
      setProblem(undefined)
    },
    onSubmit(event: SubmitEvent<HTMLFormElement>): void {
      event.preventDefault()
      if (!busy) void send(event.currentTarget)
    },
    /** For inputs that tell their change as an event. */
    text: (name: Named<V, string>) => ({
      name,
      value: String(values[name] ?? ''),
      error: errors[name],
      'aria-invalid': errors[name] ? true : undefined, // Mantine's password field does not say it by itself
      onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as V[typeof name]),
    }),
    /** For inputs that tell their change as a value. */
    field: <K extends keyof V & string>(name: K) => ({
      name,
      value: values[name],
      error: errors[name],
      onChange: (value: V[K]) => set(name, value),
    }),
    /** For switches and checkboxes. */
    check: (name: Named<V, boolean>) => ({
      name,
      checked: values[name] === true,
      onChange: (event: { currentTarget: { checked: boolean } }) =>
        set(name, event.currentTarget.checked as V[typeof name]),
    }),
  }
}

export const messagesOf = (error: z.ZodError): Record<string, string> =>
  Object.fromEntries(error.issues.toReversed().map(({ path, message }) => [path.join('.'), capital(plain(message))]))

/** What zod says when nothing was typed is for programmers. */
const plain = (message: string): string =>
  /^(Too small: expected string|Invalid input: expected)/.test(message) ? 'Please fill this in' : message

/** Messages of fields that stand in the form, and one text of the others. */
function split(messages: Record<string, string>, values: Values): [Record<string, string>, string | undefined] {
  const known: Record<string, string> = {}
  const rest: string[] = []
  for (const [path, message] of Object.entries(messages)) {
    const field = path in values ? path : path.split('.')[0]
    if (field !== undefined && field in values) known[field] ??= message
    else rest.push(path ? `${path}: ${message}` : message)
  }
  return [known, rest.length > 0 ? rest.join('; ') : undefined]
}
