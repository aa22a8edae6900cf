import { openDetector } from '../create.ts'
import type { Detector } from '../face.ts'
import { AUTO } from './auto.ts'
import { addFeedback, type Feedback, withdrawFeedback } from './feedback.ts'
import { type Explanation, explainAuto } from './words.ts'

/** The detector that needs no settings, with what only it can do. */
export interface AutoDetector extends Detector {
  /** In words: what the data are like, what is expected and why the last point scored as it did. */
  explain(): Explanation
  /** Holds from the next point on; answers the number to withdraw it by. */
  feedback(feedback: Feedback): number
  /** As if the feedback had never been given. */
  withdraw(id: number): boolean
}

/** A fresh one, or one that continues from a snapshot. */
export function createAuto(snapshot?: Uint8Array): AutoDetector {
  const { detector, memory } = openDetector(AUTO, {}, snapshot)
  return {
    ...detector,
    explain: () => explainAuto(memory),
    feedback: (feedback) => addFeedback(memory, feedback),
    withdraw: (id) => withdrawFeedback(memory, id),
  }
}

/**
 * The score from which a point is an alarm, for a sensitivity 0 (only the unheard-of) … 1 (anything). The score itself does not
 * depend on the sensitivity, so a higher one can only add alarms.
 */
export function alarmThreshold(sensitivity: number): number {
  if (!(sensitivity >= 0 && sensitivity <= 1)) throw new RangeError(`sensitivity must be in 0…1, got ${sensitivity}`)
  return 0.95 - 0.9 * sensitivity
}
