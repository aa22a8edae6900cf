import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Scroller } from '../scroller.tsx'
import styles from './secret-once.module.css'

interface SecretOnceProps {
  /** What it is, for those who listen. */
  label: string
  text: string
}

/** Something that is shown once: easy to take along, by mouse and by keyboard. */
export function SecretOnce({ label, text }: SecretOnceProps) {
  return (
    <div className={styles.box}>
      <Scroller label={label}>
        <pre className={styles.text}>{text}</pre>
      </Scroller>
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            onClick={copy}
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}
