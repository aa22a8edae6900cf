import { useMemo } from 'react'
import { placeOf, usePreferences } from './preferences.ts'

export interface Place {
  locale: string
  zone: string
}

const SECOND = 1000
const STEPS: [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [60 * SECOND, 'second', SECOND],
  [3600 * SECOND, 'minute', 60 * SECOND],
  [24 * 3600 * SECOND, 'hour', 3600 * SECOND],
  [30 * 24 * 3600 * SECOND, 'day', 24 * 3600 * SECOND],
  [365 * 24 * 3600 * SECOND, 'month', 30 * 24 * 3600 * SECOND],
  [Number.POSITIVE_INFINITY, 'year', 365 * 24 * 3600 * SECOND],
]

/** How numbers and times read for one person. Every clock time carries its zone. */
export function createFormats({ locale, zone }: Place) {
  const time = (options: Intl.DateTimeFormatOptions, in_ = zone) =>
    new Intl.DateTimeFormat(locale, { timeZone: in_, timeZoneName: 'short', ...options })
  const usual = time({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
  const exact = time({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const number = new Intl.NumberFormat(locale)
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  return {
    zone,
    locale,
    /** 27 Nov 2026, 00:00 CET */
    instant: (at: string | Date) => usual.format(new Date(at)),
    /** To the millisecond, for logs. */
    exact: (at: string | Date) => exact.format(new Date(at)),
    /** In a zone of its own, not the reader's. */
    instantIn: (at: string, other: string) =>
      time({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }, other).format(
        new Date(at),
      ),
    /** 3 minutes ago */
    ago(at: string | Date, now = Date.now()): string {
      const distance = new Date(at).getTime() - now
      const step = STEPS.find(([limit]) => Math.abs(distance) < limit)
      return step ? relative.format(Math.trunc(distance / step[2]), step[1]) : ''
    },
    number: (value: number) => number.format(value),
    decimal: (value: number) => decimal.format(value),
    /** 1.5 s, 12 ms */
    milliseconds: (value: number) =>
      value >= 1000
        ? `${decimal.format(value / 1000)} s`
        : `${decimal.format(value < 10 ? value : Math.round(value))} ms`,
    bytes(value: number): string {
      const units = ['B', 'kB', 'MB', 'GB', 'TB']
      const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
      return `${decimal.format(value / 1000 ** power)} ${units[power]}`
    },
  }
}
export type Formats = ReturnType<typeof createFormats>

export function useFormats(): Formats {
  const preferences = usePreferences()
  return useMemo(() => createFormats(placeOf(preferences)), [preferences])
}
