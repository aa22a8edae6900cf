import { judgeHeavy, judgeNothing } from '../band.ts'
import type { Method, Point } from '../face.ts'
import { requireOption } from '../face.ts'

export interface CalendarProfileOptions {
  /** Points of memory: the older a deviation, the less it counts beyond this many. */
  memory: number
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

const COUNT = 0
const LEVEL = 1
const ERROR = 2
// One block a season: the effect of each slot, then how often it was seen.
const SEASONS = 3
const HOURS = 48
const WEEKDAYS = 7
const WORKDAYS = 24
const KINDS = 16
const BLOCKS = [HOURS, WEEKDAYS, WORKDAYS, KINDS]
const SIZE = SEASONS + 2 * BLOCKS.reduce((sum, slots) => sum + slots, 0) + 24

/**
 * What is usual at this hour of a working day or weekend, this day of the week, this working day of the month and this kind
 * of day (holiday, sale, … as the caller says), added up around a slow level. Robust: an error counts up to three mean absolute
 * errors. The spread is that of the hour: a quiet night has a narrow band.
 */
export const CALENDAR_PROFILE: Method<CalendarProfileOptions> = {
  name: 'calendar-profile',
  defaults: { memory: 2000 },
  check({ memory }) {
    requireOption(memory >= 10, `memory must be at least 10, got ${memory}`)
  },
  size: () => SIZE,
  step(memory, options, point, out) {
    const n = memory[COUNT] as number
    const value = point.input
    if (n === 0) memory[LEVEL] = value
    const slots = slotsOf(point)
    const hour = SIZE - 24 + ((slots[0] as number) % 24)
    const expected = slots.reduce(
      (sum, slot, block) => sum + (memory[place(block, slot)] as number),
      memory[LEVEL] as number,
    )
    const spread = 1.2533 * Math.max(memory[hour] as number, (memory[ERROR] as number) / 4)
    if (n < 20) judgeNothing(out, expected)
    else judgeHeavy(out, value, expected, spread)
    learn(memory, { slots, hour, error: value - expected, n, gain: 1 / options.memory })
  },
}

function place(block: number, slot: number): number {
  let at = SEASONS
  for (let b = 0; b < block; b++) at += 2 * (BLOCKS[b] as number)
  return at + slot
}

interface Lesson {
  slots: number[]
  hour: number
  error: number
  n: number
  gain: number
}

function learn(memory: Float64Array, { slots, hour, error, n, gain }: Lesson): void {
  const usual = memory[ERROR] as number
  // While the profile is young its errors are its own fault, and are taken whole.
  const bound = n < 20 || usual === 0 ? Math.abs(error) : 3 * usual
  const taken = Math.min(Math.max(error, -bound), bound)
  memory[COUNT] = n + 1
  memory[ERROR] = usual + Math.max(gain, 1 / (n + 1)) * (Math.min(Math.abs(error), 2 * bound) - usual)
  memory[hour] =
    (memory[hour] as number) + Math.max(10 * gain, 1 / (n + 1)) * (Math.abs(taken) - (memory[hour] as number))
  memory[LEVEL] = (memory[LEVEL] as number) + Math.max(gain, 0.5 / (n + 1)) * taken
  slots.forEach((slot, block) => {
    const at = place(block, slot)
    const seen = at + (BLOCKS[block] as number)
    memory[seen] = (memory[seen] as number) + 1
    // Each season takes its part of the error; the finest, the hour, learns fastest. Day of kind 0 is the reference.
    const special = block === 3 && slot > 0
    const share = block === 3 && slot === 0 ? 0 : (SHARES[block] as number)
    const lesson = special && (memory[seen] as number) < YOUNG ? error : taken
    memory[at] = (memory[at] as number) + Math.max(20 * gain, 1 / (memory[seen] as number)) * share * lesson
  })
}

const SHARES = [0.5, 0.25, 0.15, 0.8]
/** A special day may be far from any other: its first points are taken whole, or clipping would never let it be learned. */
const YOUNG = 100

/** Slots of: hour (weekend hours after the 24 of working days), weekday, working day of the month, kind of day. */
function slotsOf({ time, offset, kind }: Point<number>): number[] {
  const local = time + offset * MINUTE
  const day = Math.floor(local / DAY)
  const weekday = (((day + 3) % 7) + 7) % 7
  const weekend = weekday > 4
  const hour = Math.floor((local - day * DAY) / HOUR) + (weekend ? 24 : 0)
  const special = Number.isInteger(kind) && kind > 0 && kind < KINDS ? kind : 0
  return [hour, weekday, weekend ? 0 : workdayOfMonth(local, weekday), special]
}

/** 1 for the first Monday-to-Friday day of the month, and so on: month ends and pay days live here. */
function workdayOfMonth(local: number, weekday: number): number {
  const date = new Date(local).getUTCDate()
  let count = 0
  for (let back = 0; back < date; back++) if ((((weekday - back) % 7) + 7) % 7 < 5) count++
  return Math.min(count, WORKDAYS - 1)
}
