import { type Circumstances, clip, type Detector, type Judgement, type Method, type Point, UNBOUNDED } from './face.ts'
import { checkSnapshot, decodeSnapshot, encodeSnapshot } from './snapshot.ts'

// What every detector remembers before its method's own memory.
const SEEN = 0
const LAST_TIME = 1
const EXPECTED = 2
const LOWER = 3
const UPPER = 4
const HEADER = 5

/** A detector together with its method's memory, for faces that show more of it (`auto`). */
export interface OpenDetector<Options, Input> {
  detector: Detector<Input>
  options: Options
  memory: Float64Array
}

export function openDetector<Options extends object, Input = number>(
  method: Method<Options, Input>,
  given: Partial<Options> = {},
  snapshot?: Uint8Array,
): OpenDetector<Options, Input> {
  const saved = snapshot && decodeSnapshot(snapshot)
  const options = { ...method.defaults, ...(saved?.options as Partial<Options> | undefined), ...given }
  method.check?.(options)
  const size = HEADER + method.size(options)
  if (saved) checkSnapshot(saved, method, size)
  const all = saved?.memory ?? new Float64Array(size)
  const memory = all.subarray(HEADER)
  if (!saved) {
    all[LOWER] = -UNBOUNDED
    all[UPPER] = UNBOUNDED
    method.begin?.(memory, options)
  }
  const update = judge(method, options, all, memory)
  const save = () => encodeSnapshot(method.name, options, all)
  return { detector: { method: method.name, update, save }, options, memory }
}

/** A fresh detector. Options not given have the method's defaults. */
export function createDetector<Options extends object, Input = number>(
  method: Method<Options, Input>,
  options: Partial<Options> = {},
): Detector<Input> {
  return openDetector(method, options).detector
}

/** Continues from what `save` gave. */
export function restoreMethod<Options extends object, Input>(
  method: Method<Options, Input>,
  snapshot: Uint8Array,
): Detector<Input> {
  return openDetector(method, {}, snapshot).detector
}

function judge<Options extends object, Input>(
  method: Method<Options, Input>,
  options: Options,
  all: Float64Array,
  memory: Float64Array,
): Detector<Input>['update'] {
  const read = method.read ?? (readNumber as unknown as (input: Input, options: Options) => Input | undefined)
  const point = { time: 0, previous: 0, offset: 0, kind: 0 } as Point<Input>
  return (time: number, raw: Input, circumstances?: Circumstances): Judgement => {
    if (!Number.isFinite(time)) throw new RangeError(`a time must be finite UTC milliseconds, got ${time}`)
    const out = {
      score: 0,
      expected: all[EXPECTED] as number,
      lower: all[LOWER] as number,
      upper: all[UPPER] as number,
    }
    const seen = all[SEEN] as number
    const previous = all[LAST_TIME] as number
    if (seen > 0 && time <= previous) return out
    point.time = time
    point.previous = seen > 0 ? previous : time
    point.offset = circumstances?.offset ?? 0
    point.kind = circumstances?.kind ?? 0
    const input = read(raw, options)
    if (input === undefined) {
      if (seen > 0) method.missing?.(memory, options, point, out)
      return out
    }
    point.input = input
    method.step(memory, options, point, out)
    settle(out)
    all[SEEN] = seen + 1
    all[LAST_TIME] = time
    all[EXPECTED] = out.expected
    all[LOWER] = out.lower
    all[UPPER] = out.upper
    return out
  }
}

function readNumber(input: number): number | undefined {
  return Number.isFinite(input) ? clip(input) : undefined
}

/** The last line of the promise "never NaN": arithmetic at the edge of doubles may still make one inside a method. */
function settle(out: Judgement): void {
  if (!(out.score >= 0)) out.score = 0
  else if (out.score > 1) out.score = 1
  if (!Number.isFinite(out.expected)) out.expected = 0
  if (!(out.lower >= -UNBOUNDED)) out.lower = -UNBOUNDED
  if (!(out.upper <= UNBOUNDED)) out.upper = UNBOUNDED
}
