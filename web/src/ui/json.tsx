import styles from './json.module.css'
import { Scroller } from './scroller.tsx'

/** Something as the machine has it. */
export const Json = ({ label, value }: { label: string; value: unknown }) => (
  <Scroller label={label} className={styles.json}>
    <pre>{JSON.stringify(value, undefined, 2)}</pre>
  </Scroller>
)
