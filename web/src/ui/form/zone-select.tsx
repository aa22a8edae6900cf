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

/** A zone by its IANA name, found by typing a part of it. */
export function ZoneSelect({ label, description, value, onChange, error, fallback }: ZoneSelectProps) {
  const options = useMemo(() => {
    const zones = allZones()
    return value && !zones.includes(value) ? [value, ...zones] : zones
  }, [value])
  return (
    <Select
      label={label}
      description={description}
      data={options}
      value={value ?? null}
      onChange={(zone) => onChange(zone ?? undefined)}
      placeholder={fallback ?? 'Choose a zone'}
      clearable={fallback !== undefined}
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      searchable
      limit={60}
      nothingFoundMessage="No such zone"
      renderOption={({ option }) => (
        <>
          <span>{option.value.replaceAll('_', ' ')}</span>
          <span className="bw-soft bw-num" style={{ marginInlineStart: 'auto' }}>
            {offsetName(option.value)}
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
