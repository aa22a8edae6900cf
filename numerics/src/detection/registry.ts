import { AUTO } from './auto/auto.ts'
import { openDetector } from './create.ts'
import type { Detector, Method } from './face.ts'
import { ARIMA_RESIDUAL } from './methods/arima-residual.ts'
import { CALENDAR_PROFILE } from './methods/calendar-profile.ts'
import { COUNTS } from './methods/counts.ts'
import { CUSUM, PAGE_HINKLEY } from './methods/cusum.ts'
import { DISCORD } from './methods/discord.ts'
import { EWMA } from './methods/ewma.ts'
import { HOLT_WINTERS } from './methods/holt-winters.ts'
import { ISOLATION_FOREST } from './methods/isolation-forest.ts'
import { ONE_CLASS_SVM } from './methods/one-class-svm.ts'
import { IQR, ROBUST_Z } from './methods/robust-window.ts'
import { RUN_LENGTH, SEGMENTATION } from './methods/run-length.ts'
import { SEASONAL_RESIDUAL } from './methods/seasonal-residual.ts'
import { FLAT_LINE, HEARTBEAT } from './methods/silence.ts'
import { SPECTRAL_RESIDUAL } from './methods/spectral-residual.ts'
import { SUBSPACE } from './methods/subspace.ts'
import { DYNAMIC_THRESHOLD, STATIC_THRESHOLD } from './methods/threshold.ts'
import { Z_SCORE } from './methods/z-score.ts'
import { decodeSnapshot } from './snapshot.ts'

/** Every method that judges one number a point, so that a detector can be named in a setting and restored from its bytes. */
export const METHODS = [
  AUTO,
  Z_SCORE,
  ROBUST_Z,
  IQR,
  EWMA,
  CUSUM,
  PAGE_HINKLEY,
  STATIC_THRESHOLD,
  DYNAMIC_THRESHOLD,
  HOLT_WINTERS,
  CALENDAR_PROFILE,
  SEASONAL_RESIDUAL,
  ARIMA_RESIDUAL,
  ISOLATION_FOREST,
  ONE_CLASS_SVM,
  SUBSPACE,
  DISCORD,
  SPECTRAL_RESIDUAL,
  COUNTS,
  RUN_LENGTH,
  SEGMENTATION,
  FLAT_LINE,
  HEARTBEAT,
] as unknown as readonly Method<object>[]

/** Continues whatever single-number detector the snapshot is of. */
export function restoreDetector(snapshot: Uint8Array): Detector {
  const { method: name } = decodeSnapshot(snapshot)
  const method = METHODS.find((known) => known.name === name)
  if (!method) throw new RangeError(`no detector is called "${name}"`)
  return openDetector(method, {}, snapshot).detector
}
