import { Button, Group } from '@mantine/core'
import { download } from '../../lib/csv.ts'
import { SecretOnce } from '../../ui/form/index.ts'
import { Notice } from '../../ui/status.tsx'

/** Recovery codes, shown once. */
export function ShowCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const text = codes.join('\n')
  return (
    <div style={{ display: 'grid', gap: '1rem' }}>
      <Notice level="warn" title="They are shown this once">
        Each works once in place of a code, when the phone is lost. Print them, or put them into a password manager.
      </Notice>
      <SecretOnce label="Recovery codes" text={text} />
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          onClick={() => download('bellwether-recovery-codes.txt', `${text}\n`, 'text/plain;charset=utf-8')}
        >
          Download
        </Button>
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </div>
  )
}
