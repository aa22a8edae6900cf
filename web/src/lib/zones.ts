/** The zone of this machine. */
export const machineZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** Browsers list some zones by the name they had long ago; people look for the one of today. */
const TODAY: Record<string, string> = {
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
}

/** Every zone this browser knows, UTC first. */
export const allZones = (): string[] => [
  'UTC',
  ...Intl.supportedValuesOf('timeZone')
    .filter((zone) => zone !== 'UTC' && zone !== 'Etc/UTC')
    .map((zone) => TODAY[zone] ?? zone),
]

const MINUTE = 60_000

/** Milliseconds the zone is ahead of UTC at an instant. */
export function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  }).formatToParts(instant)
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return wall - Math.floor(instant / 1000) * 1000
}

/**
 * The instant a clock on the wall of `zone` shows `wall` (`2026-11-27T00:00`). An hour that occurs twice is its first
 * occurrence; an hour that is skipped is taken as if the clock had not yet jumped, as calendars do.
 */
export function instantOfWall(wall: string, zone: string): string | undefined {
  const asUtc = Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}Z`)
  if (Number.isNaN(asUtc)) return undefined
  const before = offsetAt(asUtc - 24 * 60 * MINUTE, zone)
  const after = offsetAt(asUtc + 24 * 60 * MINUTE, zone)
  const candidates = [before, after].map((offset) => asUtc - offset)
  const exact = candidates.filter((instant) => instant + offsetAt(instant, zone) === asUtc)
  const instant = exact.length > 0 ? Math.min(...exact) : asUtc - before
  return new Date(instant).toISOString()
}

/** What a clock on the wall of `zone` shows at an instant, to the minute: `2026-11-27T00:00`. */
export function wallOf(instant: string, zone: string): string {
  const at = Date.parse(instant)
  if (Number.isNaN(at)) return ''
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16)
}
