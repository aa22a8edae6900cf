import { Skeleton } from '@mantine/core'
import styles from './loading.module.css'

/** Stands where a page will stand, in its shape. */
export function Loading() {
  return (
    <div className={styles.loading} role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={26} width="14rem" radius="sm" />
      <Skeleton height={12} width="26rem" maw="80%" radius="xl" />
      <Skeleton height={320} radius="lg" mt="md" />
    </div>
  )
}
