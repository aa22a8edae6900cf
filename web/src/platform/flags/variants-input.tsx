import { ActionIcon, Button, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { VariantValues } from './flag-values.ts'
import styles from './flags.module.css'

interface VariantsInputProps {
  value: readonly VariantValues[]
  onChange: (variants: VariantValues[]) => void
  error: string | undefined
  otherwise: string
  onOtherwise: (name: string) => void
}

export function VariantsInput({ value, onChange, error, otherwise, onOtherwise }: VariantsInputProps) {
  const change = (at: number, part: Partial<VariantValues>) =>
    onChange(value.map((old, index) => (index === at ? { ...old, ...part } : old)))
  return (
    <fieldset className={styles.variants}>
      <legend className={styles.legend}>Variants</legend>
      {value.map((variant, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place while its name is typed
        <div key={index} className={styles.variant}>
          <TextInput
            aria-label={`Name of variant ${index + 1}`}
            placeholder="Name"
            value={variant.name}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <TextInput
            aria-label={`Value of variant ${index + 1}`}
            placeholder="Value"
            value={variant.value}
            onChange={({ currentTarget }) => change(index, { value: currentTarget.value })}
          />
          <NumberInput
            aria-label={`Weight of variant ${index + 1}`}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            value={variant.weight}
            onChange={(weight) => change(index, { weight: Number(weight) || 0 })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Take variant ${index + 1} away`}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} stroke={1.7} />
          </ActionIcon>
        </div>
      ))}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} stroke={2} />}
        onClick={() => onChange([...value, { name: '', value: '', weight: 1 }])}
      >
        Another variant
      </Button>
      <NativeSelect
        label="The others get"
        w="100%"
        value={otherwise}
        data={[
          { value: '', label: 'The default of whoever asks' },
          ...value.filter(({ name }) => name).map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={({ currentTarget }) => onOtherwise(currentTarget.value)}
      />
    </fieldset>
  )
}
