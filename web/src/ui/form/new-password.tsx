import { PASSWORD_MINIMUM, passwordStrength } from '@bellwether/contract/platform/account'
import { PasswordInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { call } from '../../lib/api/session.ts'
import styles from './new-password.module.css'

interface NewPasswordProps {
  label: string
  value: string
  onChange: (event: { currentTarget: { value: string } }) => void
  error?: string | undefined
  name: string
  email?: string | undefined
  autoFocus?: boolean
}

const WORDS = ['Refused', 'Weak', 'Fair', 'Good', 'Strong']

const wordOf = ({ score, accepted }: { score: number; accepted: boolean }): string =>
  `${accepted ? WORDS[score] : 'Not accepted'}.`

/** A password to choose, and how strong it would be while it is typed. */
export function NewPasswordInput({ email, autoFocus, ...input }: NewPasswordProps) {
  const [typed] = useDebouncedValue(input.value, 250)
  const strength = useQuery({
    // The password itself is no key: what is cached by it would keep it in memory.
    queryKey: ['password-strength', typed.length, hash(typed)],
    queryFn: ({ signal }) =>
      call(passwordStrength, { body: { password: typed, ...(email ? { email } : {}) } }, { signal, plain: true }),
    enabled: typed.length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  const found = typed ? strength.data : undefined
  return (
    <div className={styles.field}>
      <PasswordInput
        autoComplete="new-password"
        description={`At least ${PASSWORD_MINIMUM} characters; a sentence of a few words is best.`}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        autoFocus={autoFocus ?? false}
        {...input}
      />
      <div className={styles.meter} data-score={found?.score} aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span key={step} data-on={found !== undefined && found.score >= step} />
        ))}
      </div>
      <output className={styles.words}>
        {found && (
          <>
            <strong>{wordOf(found)}</strong> {found.hint !== wordOf(found) && found.hint}
          </>
        )}
      </output>
    </div>
  )
}

/** Tells two texts apart without keeping either. */
function hash(text: string): number {
  let value = 5381
  for (const letter of text) value = (value * 33 + (letter.codePointAt(0) ?? 0)) | 0
  return value
}
