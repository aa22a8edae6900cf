import { Tooltip } from '@mantine/core'
import { useLiveState } from '../../lib/live/index.ts'
import styles from './live-light.module.css'

const WORDS = {
  off: ['Not live', 'Updates come when a page is loaded'],
  connecting: ['Connecting…', 'Opening the live connection'],
  live: ['Live', 'Changes appear as they happen'],
  waiting: ['Reconnecting…', 'The live connection is lost; it is opened again by itself'],
} as const

/** Whether what one sees is live, always in sight. */
export function LiveLight() {
  const { is } = useLiveState()
  const [word, says] = WORDS[is]
  return (
    <Tooltip label={says}>
      <output className={styles.light} data-state={is}>
        <span className={styles.dot} aria-hidden="true" />
        {word}
      </output>
    </Tooltip>
  )
}
