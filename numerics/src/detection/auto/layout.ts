import { TAIL_SIZE } from '../rising-tail.ts'
import { SEEN_SIZE } from './seen-values.ts'

// The memory of `auto`, one double each, then the blocks.
export const COUNT = 0
/** Slow level, its mean absolute error and those of the other ways to expect a value. */
export const LEVEL = 1
export const LEVEL_ERROR = 2
export const DAY_ERROR = 3
export const WEEK_ERROR = 4
/** Fast level and straight line, for the expected value only. */
export const FAST = 5
export const FAST_ERROR = 6
export const LINE = 7
export const SLOPE = 8
export const LINE_ERROR = 9
/** What the last alarms still deafen. */
export const ALARM = 10
/** Which way of expecting is in use: index into `WAYS`. */
export const WAY = 11
/** Nature of the data. */
export const WHOLE = 12
export const NEGATIVE = 13
export const ZEROS = 14
export const INTERVAL = 15
export const MEAN = 16
export const SQUARE = 17
/** Evidence of the last point: value, short mean, profile. */
export const EVIDENCE = 18
/** The last four values, and where the next goes. */
export const RECENT = 22
export const RECENT_AT = 26
export const SAME_RUN = 27
export const LAST_VALUE = 28
/** Start of the first day's and the second week's own memory follow. */
export const DAY_SLOTS = 48
export const WEEK_SLOTS = 168
export const DAY_MEAN = 32
export const DAY_COUNT = DAY_MEAN + DAY_SLOTS
export const WEEK_MEAN = DAY_COUNT + DAY_SLOTS
export const WEEK_COUNT = WEEK_MEAN + WEEK_SLOTS
/** Each channel: the values seen, then the tail of their distances. */
export const CHANNEL_SIZE = SEEN_SIZE + TAIL_SIZE
export const CHANNELS = WEEK_COUNT + WEEK_SLOTS
/** Tail of the absolute errors, for the band. */
export const ERRORS = CHANNELS + 3 * CHANNEL_SIZE
/** Feedback: a count, then the entries. */
export const FEEDBACK = ERRORS + TAIL_SIZE
export const FEEDBACK_ENTRIES = 16
export const FEEDBACK_WIDTH = 8
export const AUTO_SIZE = FEEDBACK + 2 + FEEDBACK_ENTRIES * FEEDBACK_WIDTH

export const WAYS = ['level', 'day', 'week', 'recent', 'line'] as const
