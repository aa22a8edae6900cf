import { expect, test } from 'vitest'
import { allZones, instantOfWall, wallOf } from './zones.ts'

const cases: [wall: string, zone: string, instant: string][] = [
  ['2026-11-27T00:00', 'Europe/Berlin', '2026-11-26T23:00:00.000Z'],
  ['2026-07-01T12:30', 'Europe/Berlin', '2026-07-01T10:30:00.000Z'],
  ['2026-01-01T00:00', 'UTC', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'],
  ['2026-12-31T23:59', 'Pacific/Kiritimati', '2026-12-31T09:59:00.000Z'],
  ['2026-03-29T02:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
]
test.each(cases)('%s in %s is %s', (wall, zone, instant) => {
  expect(instantOfWall(wall, zone)).toBe(instant)
})

test('wall and instant undo each other where the hour exists', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'])
    for (let month = 1; month <= 12; month++) {
      const wall = `2026-${String(month).padStart(2, '0')}-15T13:45`
      expect(wallOf(instantOfWall(wall, zone) ?? '', zone)).toBe(wall)
    }
})

test('an hour that occurs twice is the first, one that is skipped moves on', () => {
  expect(instantOfWall('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
  expect(instantOfWall('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(instantOfWall('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
})

test('a day alone begins at midnight; nonsense is no instant', () => {
  expect(instantOfWall('2026-11-27', 'Europe/Berlin')).toBe('2026-11-26T23:00:00.000Z')
  expect(instantOfWall('', 'UTC')).toBeUndefined()
  expect(wallOf('never', 'UTC')).toBe('')
})

test('the zones to choose from begin with UTC and name it once', () => {
  expect(allZones()[0]).toBe('UTC')
  expect(allZones().filter((zone) => /UTC/.test(zone))).toEqual(['UTC'])
})

test('a zone is found by its name of today, and each is one that can be used', () => {
  expect(allZones()).toContain('Asia/Kolkata')
  expect(allZones()).not.toContain('Asia/Calcutta')
  for (const zone of allZones()) expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
})
