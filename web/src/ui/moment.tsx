import { Tooltip } from '@mantine/core'
import { useFormats } from '../lib/format.ts'

interface MomentProps {
  at: string | undefined
  /** What to say when there is no such moment. */
  never?: string
  /** A zone of its own instead of the reader's. */
  zone?: string
  relative?: boolean
}

/** A moment with its zone; the same in UTC when pointed at. */
export function Moment({ at, never = '—', zone, relative = false }: MomentProps) {
  const formats = useFormats()
  if (!at) return <span className="bw-soft">{never}</span>
  const text = zone ? formats.instantIn(at, zone) : formats.instant(at)
  const utc = `${at.slice(0, 19).replace('T', ' ')} UTC`
  return (
    <Tooltip label={relative ? text : utc}>
      <time dateTime={at} className="bw-num">
        {relative ? formats.ago(at) : text}
        {relative && <span className="bw-sr">, {text}</span>}
      </time>
    </Tooltip>
  )
}
