import { createRandom, type Random, restoreRandom } from '../../random/index.ts'
import { judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringBack, ringCount, ringSize } from '../ring.ts'
import { TAIL_SIZE, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface IsolationForestOptions {
  /** Consecutive values that make one point of the forest. */
  lags: number
  trees: number
  /** Points a tree is grown from; a power of two. */
  sample: number
  /** Values the samples are drawn from. */
  window: number
  seed: number
}

const COUNT = 0
const WORDS = 1
const TREE = 5
const RING = 6

const depth = ({ sample }: IsolationForestOptions) => Math.ceil(Math.log2(sample))
/** Nodes of a full tree; each has a feature (−1 = leaf) and a split (leaf: how many points ended there). */
const nodes = (options: IsolationForestOptions) => 2 ** (depth(options) + 1) - 1
const forestAt = (options: IsolationForestOptions) => RING + ringSize(options.window) + TAIL_SIZE

/**
 * Isolation forest (Liu, Ting and Zhou 2008) over short stretches, kept young: one tree is grown anew at a time, so that all are
 * renewed once a window. Seeded, and the forest itself is in the snapshot. Graded: the forest's own score is ranked among those before.
 */
export const ISOLATION_FOREST: Method<IsolationForestOptions> = {
  name: 'isolation-forest',
  defaults: { lags: 3, trees: 28, sample: 64, window: 256, seed: 1 },
  check({ lags, trees, sample, window }) {
    requireOption(Number.isInteger(lags) && lags >= 1, `lags must be a whole number of at least 1, got ${lags}`)
    requireOption(Number.isInteger(trees) && trees >= 1, `trees must be a whole number of at least 1, got ${trees}`)
    requireOption(
      sample >= 8 && Number.isInteger(Math.log2(sample)),
      `sample must be a power of two ≥ 8, got ${sample}`,
    )
    requireOption(
      Number.isInteger(window) && window >= sample + lags,
      `window must hold sample + lags values, got ${window}`,
    )
  },
  size: (options) => forestAt(options) + options.trees * nodes(options) * 2,
  begin(memory, { seed }) {
    memory.set(createRandom(seed).save(), WORDS)
  },
  step(memory, options, { input }, out) {
    const { window, lags, sample, trees } = options
    const n = memory[COUNT] as number
    memory[COUNT] = n + 1
    pushRing(memory, RING, window, input)
    const count = ringCount(memory, RING)
    judgeNothing(out, input)
    if (count < sample + lags) return
    const ready = n >= sample + lags
    if (!ready) for (let tree = 0; tree < trees; tree++) grow(memory, options, tree)
    const surprise = tailSurprise(memory, RING + ringSize(window), anomaly(memory, options), 0.01)
    out.score = scoreOf(Math.max(0, surprise))
    out.expected = median(memory, options)
    if (ready && n % Math.ceil(window / trees) === 0) {
      grow(memory, options, memory[TREE] as number)
      memory[TREE] = ((memory[TREE] as number) + 1) % trees
    }
  },
}

/** The value of a point `back` steps ago at lag `feature`. */
const coordinate = (memory: Float64Array, { window }: IsolationForestOptions, back: number, feature: number) =>
  ringBack(memory, RING, window, back + feature)

function median(memory: Float64Array, { window }: IsolationForestOptions): number {
  const count = ringCount(memory, RING)
  const values = memory.slice(RING + 2, RING + 2 + count).sort()
  return values[Math.min(count, window) >> 1] as number
}

/** 2^(−mean path / usual path): near 1 isolated, below ½ ordinary. */
function anomaly(memory: Float64Array, options: IsolationForestOptions): number {
  let sum = 0
  for (let tree = 0; tree < options.trees; tree++) sum += pathLength(memory, options, tree)
  return 2 ** (-sum / options.trees / usualPath(options.sample))
}

function pathLength(memory: Float64Array, options: IsolationForestOptions, tree: number): number {
  const root = forestAt(options) + tree * nodes(options) * 2
  let node = 0
  for (let level = 0; ; level++) {
    const feature = memory[root + 2 * node] as number
    const split = memory[root + 2 * node + 1] as number
    if (feature < 0) return level + usualPath(split)
    node = 2 * node + (coordinate(memory, options, 0, feature) < split ? 1 : 2)
  }
}

/** Mean path of an unsuccessful search among n points. */
function usualPath(n: number): number {
  return n <= 1 ? 0 : n === 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n
}

function grow(memory: Float64Array, options: IsolationForestOptions, tree: number): void {
  const words = Uint32Array.from(memory.subarray(WORDS, WORDS + 4))
  const random = restoreRandom(words)
  const available = ringCount(memory, RING) - options.lags + 1
  const points = random.sample(available, Math.min(options.sample, available))
  const root = forestAt(options) + tree * nodes(options) * 2
  split(memory, options, { random, root, node: 0, level: 0, points })
  memory.set(random.save(), WORDS)
}

interface Branch {
  random: Random
  root: number
  node: number
  level: number
  points: Int32Array
}

function split(memory: Float64Array, options: IsolationForestOptions, branch: Branch): void {
  const { random, root, node, level, points } = branch
  const feature = random.integer(options.lags)
  const values = Float64Array.from(points, (back) => coordinate(memory, options, back, feature))
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const leaf = points.length <= 1 || level >= depth(options) || !(high > low)
  const at = low + (high - low) * random.next()
  memory[root + 2 * node] = leaf ? -1 : feature
  memory[root + 2 * node + 1] = leaf ? points.length : at
  if (leaf) return
  const below = points.filter((_, i) => (values[i] as number) < at)
  const above = points.filter((_, i) => !((values[i] as number) < at))
  split(memory, options, { random, root, node: 2 * node + 1, level: level + 1, points: below })
  split(memory, options, { random, root, node: 2 * node + 2, level: level + 1, points: above })
}
