import type { Point } from '../face.ts'
import { FEEDBACK, FEEDBACK_ENTRIES, FEEDBACK_WIDTH } from './layout.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Where a feedback holds. */
export type Scope =
  | { on: 'always' }
  /** Within an hour of this local time of day (minutes after midnight). */
  | { on: 'time of day'; minutes: number }
  | { on: 'span'; from: number; to: number }

export interface Feedback {
  verdict: 'not an anomaly' | 'missed one'
  value: number
  /** What was expected there: the verdict holds for everything between it and the value (or, missed, beyond the value). */
  expected: number
  /** Absent: always. */
  scope?: Scope
}

const COUNT = FEEDBACK
const NEXT_ID = FEEDBACK + 1
const ENTRIES = FEEDBACK + 2
/** Fields of an entry. */
const ID = 0
const MISSED = 1
const LOW = 2
const HIGH = 3
const SCOPE = 4
const FROM = 5
const TO = 6

/** An ordinary value may at most whisper; a value like a missed one is loud at every sensitivity but the lowest. */
const QUIET = 0.05
const LOUD = 0.9

/** Takes the feedback at once and answers its number, by which it can be withdrawn. The oldest of 16 gives way. */
export function addFeedback(memory: Float64Array, feedback: Feedback): number {
  const count = memory[COUNT] as number
  if (count === FEEDBACK_ENTRIES) drop(memory, 0)
  const at = ENTRIES + (memory[COUNT] as number) * FEEDBACK_WIDTH
  const id = (memory[NEXT_ID] as number) + 1
  const { value, expected, verdict, scope = { on: 'always' } } = feedback
  // A tenth of the deviation either way: "such a value" means more than this very number.
  const margin = Math.abs(value - expected) / 10
  const missed = verdict === 'missed one'
  const above = value >= expected
  memory[at + ID] = id
  memory[at + MISSED] = missed ? 1 : 0
  memory[at + LOW] = above ? (missed ? value - margin : expected) : missed ? -Number.MAX_VALUE : value - margin
  memory[at + HIGH] = above ? (missed ? Number.MAX_VALUE : value + margin) : missed ? value + margin : expected
  memory[at + SCOPE] = scope.on === 'always' ? 0 : scope.on === 'span' ? 1 : 2
  memory[at + FROM] = scope.on === 'span' ? scope.from : scope.on === 'time of day' ? scope.minutes * 60_000 : 0
  memory[at + TO] = scope.on === 'span' ? scope.to : 0
  memory[COUNT] = (memory[COUNT] as number) + 1
  memory[NEXT_ID] = id
  return id
}

/** Takes a feedback back: from now on everything is judged as if it had never been given. False when there is none such. */
export function withdrawFeedback(memory: Float64Array, id: number): boolean {
  for (let i = 0; i < (memory[COUNT] as number); i++) {
    if (memory[ENTRIES + i * FEEDBACK_WIDTH + ID] !== id) continue
    drop(memory, i)
    return true
  }
  return false
}

/** The score after what people said of such values. Learning never sees it: that is what makes feedback reversible. */
export function feedbackOn(
  memory: Float64Array,
  point: Point<number>,
  local: number,
  value: number,
  score: number,
): number {
  const count = memory[COUNT] as number
  for (let i = count - 1; i >= 0; i--) {
    const at = ENTRIES + i * FEEDBACK_WIDTH
    if (value < (memory[at + LOW] as number) || value > (memory[at + HIGH] as number)) continue
    if (!holds(memory, at, point.time, local)) continue
    // The newest word on such a value is the last.
    return memory[at + MISSED] === 1 ? Math.max(score, LOUD) : Math.min(score, QUIET)
  }
  return score
}

function holds(memory: Float64Array, at: number, time: number, local: number): boolean {
  const scope = memory[at + SCOPE]
  const from = memory[at + FROM] as number
  if (scope === 0) return true
  if (scope === 1) return time >= from && time <= (memory[at + TO] as number)
  const apart = Math.abs((((local - from) % DAY) + DAY) % DAY)
  return Math.min(apart, DAY - apart) <= HOUR
}

function drop(memory: Float64Array, index: number): void {
  const end = ENTRIES + FEEDBACK_ENTRIES * FEEDBACK_WIDTH
  const at = ENTRIES + index * FEEDBACK_WIDTH
  memory.copyWithin(at, at + FEEDBACK_WIDTH, end)
  memory.fill(0, end - FEEDBACK_WIDTH, end)
  memory[COUNT] = (memory[COUNT] as number) - 1
}
