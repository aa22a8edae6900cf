import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { allZones, offsetAt } from '../../lib/zones.ts'

interface ZoneSelectProps {
  label: string
  description?: string
  value: string | undefined
  onChange: (zone: string | undefined) => void
  error?: string | undefined
  /** What an empty choice means; without it a zone must be chosen. */
  fallback?: string
}

/** What stands for no choice: an option like the others, so that the keyboard reaches it too. */
export const NO_CHOICE = '-'

/** A zone by its IANA name, found by typing a part of it. */
export function ZoneSelect({ label, description, value, onChange, error, fallback }: ZoneSelectProps) {
  const options = useMemo(() => {
    const zones = allZones()
    const known = value && !zones.includes(value) ? [value, ...zones] : zones
    const options = known.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))
    return fallback === undefined ? options : [{ value: NO_CHOICE, label: fallback }, ...options]
  }, [value, fallback])
  return (
    <Select
      label={label}
      description={description}
      data={options}
      value={value ?? (fallback === undefined ? null : NO_CHOICE)}
      onChange={(zone) => onChange(zone === NO_CHOICE ? undefined : (zone ?? undefined))}
      placeholder="Choose a zone"
      allowDeselect={false}
      searchable
      limit={60}
      nothingFoundMessage="No such zone"
      renderOption={({ option }) => (
        <>
          <span>{option.label}</span>
          <span className="bw-soft bw-num" style={{ marginInlineStart: 'auto' }}>
            {option.value !== NO_CHOICE && offsetName(option.value)}
          </span>
        </>
      )}
      error={error}
    />
  )
}

/** UTC+5:30 */
function offsetName(zone: string): string {
  const minutes = Math.round(offsetAt(Date.now(), zone) / 60_000)
  const size = Math.abs(minutes)
  const rest = size % 60 ? `:${String(size % 60).padStart(2, '0')}` : ''
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`
}
