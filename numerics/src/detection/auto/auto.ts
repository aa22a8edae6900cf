import type { Judgement, Method, Point } from '../face.ts'
import { UNBOUNDED } from '../face.ts'
import { TAIL_WARM_UP, tailLevel, tailSurprise } from '../rising-tail.ts'
import { heavySurprise } from '../surprise.ts'
import { feedbackOn } from './feedback.ts'
import * as at from './layout.ts'
import { distanceToSeen, SEEN_SIZE, seenRange } from './seen-values.ts'

// How it judges. Three questions are asked of every point: has this value been seen before, has the mean of the last four,
// and has this deviation from what the hour of the day or of the week led to expect? Each answer is the distance to the
// nearest of what was seen, weighed twice: by how rare so large a distance has been (peaks over threshold), and by its share of
// the range. No model of the data has to hold; only "it has done this before" has to mean "it may do it again".

const DAY = 86_400_000
const WEEK = 7 * DAY
/** 1 January 1970 was a Thursday: three days more make weeks begin on Monday. */
const TO_MONDAY = 3 * DAY
const MINUTE = 60_000

/** Points before the first score. */
const FIRST_SCORE = 20
/** How much the mean of four adds to the value's own evidence. */
const SHORT_MEAN_WEIGHT = 0.5
/** After an alarm a further one must be stronger; this share of the demand is left after each point. */
const ALARM_FADE = 0.985
/** Evidence that scores ½. */
const HALF = 0.15
/** Distances are not believed to fall off faster than in this share of the range: two-valued series have only zeros and ones. */
const NARROWEST = 0.1
const LARGEST_SHARE = 30
/** Points after which a value that has not come again is new again. */
const VALUE_HORIZON = 20_000
/** Most of a day must have been seen before deviations from it mean anything; any start from half a day to a whole one serves. */
const PROFILE_START = 0.8 * DAY
/** Deviations are forgotten sooner, since a young profile makes large ones: after six weeks, but within these numbers of points. */
const PROFILE_HORIZON = 6 * WEEK
const SHORTEST_HORIZON = 500
const LONGEST_HORIZON = 5000
const SLOW = 0.005
const QUICK = 0.3
const SLOPE_GAIN = 0.05
const ERROR_MEMORY = 0.002
const DAY_GAIN = 0.1
const WEEK_GAIN = 0.3
/** The band is left by one ordinary point in 300. */
const BAND_SURPRISE = 2.5
/** Share of whole values from which a series that is never negative counts something. */
const COUNTS = 0.99

export type AutoOptions = Record<never, never>

export const AUTO: Method<AutoOptions> = {
  name: 'auto',
  defaults: {},
  size: () => at.AUTO_SIZE,
  step,
}

function step(memory: Float64Array, _options: AutoOptions, point: Point<number>, out: Judgement): void {
  const value = point.input
  const n = memory[at.COUNT] as number
  if (n === 0) settleIn(memory, value)
  const local = point.time + point.offset * MINUTE
  const day = at.DAY_MEAN + slot(local, DAY, at.DAY_SLOTS)
  const week = at.WEEK_MEAN + slot(local + TO_MONDAY, WEEK, at.WEEK_SLOTS)
  const unit = expect(memory, n, day, week, out)
  const error = value - out.expected
  const profileError = learnProfiles(memory, n, value, day, week)
  const evidence = weigh(memory, n, value, profileError)
  memory[at.COUNT] = n + 1
  learnNature(memory, n + 1, value, point.time - point.previous)
  tailSurprise(memory, at.ERRORS, Math.abs(error) / unit)
  out.score = feedbackOn(memory, point, local, value, alarm(memory, evidence))
}

function settleIn(memory: Float64Array, value: number): void {
  memory[at.LEVEL] = memory[at.FAST] = memory[at.LINE] = memory[at.LAST_VALUE] = value
  memory.fill(value, at.RECENT, at.RECENT + 4)
}

function slot(time: number, cycle: number, slots: number): number {
  const into = time % cycle
  return Math.floor(((into < 0 ? into + cycle : into) / cycle) * slots) % slots
}

/**
 * The way whose errors have been smallest gives the expected value; its errors' tail gives the band. Answers the unit errors are
 * measured in: counts vary by the root of what is expected, so that a quiet night has a narrower band than a busy noon.
 */
function expect(memory: Float64Array, n: number, day: number, week: number, out: Judgement): number {
  let way = 0
  let smallest = memory[at.LEVEL_ERROR] as number
  // A pattern must be clearly better than no pattern, or the choice flickers.
  const seenDay = (memory[day + at.DAY_SLOTS] as number) > 0
  if (seenDay && (memory[at.DAY_ERROR] as number) < 0.95 * smallest)
    [way, smallest] = [1, memory[at.DAY_ERROR] as number]
  const seenWeek = (memory[week + at.WEEK_SLOTS] as number) > 0
  if (seenWeek && (memory[at.WEEK_ERROR] as number) < 0.95 * smallest) {
    way = 2
    smallest = memory[at.WEEK_ERROR] as number
  }
  if ((memory[at.FAST_ERROR] as number) < 0.95 * smallest) [way, smallest] = [3, memory[at.FAST_ERROR] as number]
  if (n > FIRST_SCORE && (memory[at.LINE_ERROR] as number) < 0.9 * smallest) way = 4
  memory[at.WAY] = way
  const ways = [at.LEVEL, day, week, at.FAST]
  out.expected =
    way === 4 ? (memory[at.LINE] as number) + (memory[at.SLOPE] as number) : (memory[ways[way] as number] as number)
  const negative = memory[at.NEGATIVE] === 1
  const counts = !negative && (memory[at.WHOLE] as number) > COUNTS
  const unit = counts ? Math.sqrt(Math.max(0, out.expected) + 1) : 1
  // Before the tail is known: five mean absolute errors, the heavy-tailed counterpart of four standard deviations.
  const level = tailLevel(memory, at.ERRORS, BAND_SURPRISE)
  const reach = n < FIRST_SCORE ? UNBOUNDED : level === undefined ? 5 * smallest : level * unit
  out.lower = negative ? Math.max(-UNBOUNDED, out.expected - reach) : Math.max(0, out.expected - reach)
  // A falling line may lead below zero where no value has ever been.
  out.upper = Math.max(out.lower, Math.min(UNBOUNDED, out.expected + reach))
  return unit
}

/** Errors of every way of expecting, then their learning. Answers the error of the better calendar profile. */
function learnProfiles(memory: Float64Array, n: number, value: number, day: number, week: number): number {
  const level = value - (memory[at.LEVEL] as number)
  const daysSeen = memory[day + at.DAY_SLOTS] as number
  const weeksSeen = memory[week + at.WEEK_SLOTS] as number
  const byDay = daysSeen > 0 ? value - (memory[day] as number) : level
  const byWeek = weeksSeen > 0 ? value - (memory[week] as number) : byDay
  const gain = Math.max(ERROR_MEMORY, 1 / (n + 1))
  follow(memory, at.LEVEL_ERROR, Math.abs(level), gain)
  follow(memory, at.DAY_ERROR, Math.abs(byDay), gain)
  follow(memory, at.WEEK_ERROR, Math.abs(byWeek), gain)
  memory[at.LEVEL] = value - level + Math.max(SLOW, 1 / (n + 1)) * level
  memory[day] = value - byDay + Math.max(DAY_GAIN, 1 / (daysSeen + 1)) * byDay
  memory[day + at.DAY_SLOTS] = daysSeen + 1
  memory[week] = weeksSeen > 0 ? value - byWeek + Math.max(WEEK_GAIN, 1 / (weeksSeen + 1)) * byWeek : value
  memory[week + at.WEEK_SLOTS] = weeksSeen + 1
  learnLine(memory, value, gain)
  return (memory[at.WEEK_ERROR] as number) < (memory[at.DAY_ERROR] as number) ? byWeek : byDay
}

function learnLine(memory: Float64Array, value: number, gain: number): void {
  const fast = value - (memory[at.FAST] as number)
  const ahead = (memory[at.LINE] as number) + (memory[at.SLOPE] as number)
  const line = value - ahead
  follow(memory, at.FAST_ERROR, Math.abs(fast), gain)
  follow(memory, at.LINE_ERROR, Math.abs(line), gain)
  memory[at.FAST] = value - fast + QUICK * fast
  memory[at.LINE] = ahead + QUICK * line
  memory[at.SLOPE] = (memory[at.SLOPE] as number) + QUICK * SLOPE_GAIN * line
}

function follow(memory: Float64Array, index: number, value: number, gain: number): void {
  const before = memory[index] as number
  memory[index] = before + gain * (value - before)
}

/** Evidence of all three questions together: the root of the sum of squares, so that the loudest decides. */
function weigh(memory: Float64Array, n: number, value: number, profileError: number): number {
  const place = memory[at.RECENT_AT] as number
  memory[at.RECENT + place] = value
  memory[at.RECENT_AT] = (place + 1) & 3
  const r = at.RECENT
  const mean =
    ((memory[r] as number) + (memory[r + 1] as number) + (memory[r + 2] as number) + (memory[r + 3] as number)) / 4
  const unexplained = Math.min(memory[at.DAY_ERROR] as number, memory[at.WEEK_ERROR] as number)
  const explained = Math.max(0, 1 - unexplained / ((memory[at.LEVEL_ERROR] as number) || 1))
  const sixWeeks = PROFILE_HORIZON / ((memory[at.INTERVAL] as number) || 1)
  const horizon = Math.min(LONGEST_HORIZON, Math.max(SHORTEST_HORIZON, sixWeeks))
  const own = newness(memory, at.CHANNELS, value, VALUE_HORIZON)
  const short = SHORT_MEAN_WEIGHT * newness(memory, at.CHANNELS + at.CHANNEL_SIZE, mean, VALUE_HORIZON)
  const begun = n * (memory[at.INTERVAL] as number) >= PROFILE_START
  const profile = begun ? explained * newness(memory, at.CHANNELS + 2 * at.CHANNEL_SIZE, profileError, horizon) : 0
  memory[at.EVIDENCE] = own
  memory[at.EVIDENCE + 1] = short
  memory[at.EVIDENCE + 2] = profile
  return n < FIRST_SCORE ? 0 : Math.sqrt(own * own + short * short + profile * profile)
}

/** How new a number is to its channel: rarity of its distance to the seen ones, times the root of that distance's share of the range. */
function newness(memory: Float64Array, channel: number, x: number, horizon: number): number {
  const range = seenRange(memory, channel)
  const distance = distanceToSeen(memory, channel, x, horizon)
  const surprise = tailSurprise(memory, channel + SEEN_SIZE, distance, NARROWEST * range)
  if (!(distance > 0) || !(range > 0)) return 0
  const share = Math.min(LARGEST_SHARE, Math.sqrt(distance / range))
  if (surprise >= 0) return (surprise + 0.5) * share
  // Too few distances for a tail: the law of small samples instead, and less trust the fewer there are.
  const count = memory[channel + SEEN_SIZE] as number
  return heavySurprise((4 * distance) / range) * share * Math.sqrt(count / TAIL_WARM_UP)
}

/** What of the evidence is new since the last alarm, as a score. */
function alarm(memory: Float64Array, evidence: number): number {
  const deafened = memory[at.ALARM] as number
  const fresh = evidence - deafened
  memory[at.ALARM] = fresh > 0 ? Math.max(deafened * ALARM_FADE, evidence) : deafened * ALARM_FADE
  return fresh > 0 ? fresh / (fresh + HALF) : 0
}

function learnNature(memory: Float64Array, n: number, value: number, interval: number): void {
  const gain = Math.max(ERROR_MEMORY, 1 / n)
  if (value === Math.floor(value)) follow(memory, at.WHOLE, 1, gain)
  else follow(memory, at.WHOLE, 0, gain)
  follow(memory, at.ZEROS, value === 0 ? 1 : 0, gain)
  follow(memory, at.MEAN, value, gain)
  follow(memory, at.SQUARE, value * value, gain)
  if (value < 0) memory[at.NEGATIVE] = 1
  if (n > 1) follow(memory, at.INTERVAL, interval, n === 2 ? 1 : Math.max(ERROR_MEMORY, 1 / n))
  memory[at.SAME_RUN] = value === memory[at.LAST_VALUE] ? (memory[at.SAME_RUN] as number) + 1 : 0
  memory[at.LAST_VALUE] = value
}
