import type { LeafTable } from './table.ts'

/** All elements over one set of dimensions: leaf i belongs to element `codes[i]`. */
export interface Cuboid {
  dimensions: readonly number[]
  codes: Int32Array
  count: number
  /** A leaf of each element, to read its values from. */
  sample: Int32Array
}

export interface CuboidPlan {
  cuboids: Cuboid[]
  /** Sets of dimensions that the budget did not reach: how many, and those of the layer where it ended. */
  left: number
  leftFirst: number[][]
}

/**
 * Numbers the elements of every set of dimensions, small sets first, until `cells` leaf × set cells are spent. Dimensions
 * with a single value are skipped: they tell nothing apart.
 */
export function planCuboids(table: LeafTable, cells: number, deepest: number): CuboidPlan {
  const useful = table.dimensions.flatMap((dimension, i) => (dimension.values.length > 1 ? [i] : []))
  const layers = Math.min(deepest, useful.length)
  // At least the single dimensions of any table that has room for one.
  const room = Math.max(1, Math.floor(cells / Math.max(1, table.size)))
  const scratch = scratchFor(table.size)
  const plan: CuboidPlan = { cuboids: [], left: 0, leftFirst: [] }
  let layer: Cuboid[] = []
  for (let depth = 1; depth <= layers; depth++) {
    if (plan.left > 0) {
      plan.left += choices(useful.length, depth)
      continue
    }
    const parents = new Map(layer.map((cuboid) => [cuboid.dimensions.join(), cuboid]))
    layer = []
    for (const dimensions of combinations(useful, depth)) {
      if (plan.cuboids.length >= room) {
        plan.left++
        if (plan.leftFirst.length < MOST_LISTED) plan.leftFirst.push(dimensions)
        continue
      }
      const cuboid = extend(table, parents.get(dimensions.slice(0, -1).join()), dimensions, scratch)
      layer.push(cuboid)
      plan.cuboids.push(cuboid)
    }
  }
  return plan
}

const MOST_LISTED = 100

function choices(from: number, size: number): number {
  let count = 1
  for (let k = 1; k <= size; k++) count = (count * (from - size + k)) / k
  return Math.round(count)
}

/** Lazily: of twenty dimensions there are 184,756 sets of ten. */
function* combinations(items: readonly number[], size: number, first = 0): Generator<number[]> {
  if (size === 0) yield []
  else
    for (let i = first; i <= items.length - size; i++) {
      for (const rest of combinations(items, size - 1, i + 1)) yield [items[i] as number, ...rest]
    }
}

/** Room for keys and slots, made once: every cuboid would otherwise ask for megabytes of its own. */
interface Scratch {
  keys: Float64Array
  slots: Int32Array
}

function scratchFor(size: number): Scratch {
  let slots = 16
  while (slots < size * 2) slots *= 2
  return { keys: new Float64Array(size), slots: new Int32Array(slots) }
}

function extend(table: LeafTable, parent: Cuboid | undefined, dimensions: number[], scratch: Scratch): Cuboid {
  const last = table.dimensions[dimensions.at(-1) as number]
  const width = last?.values.length ?? 1
  const own = last?.codes ?? new Int32Array(table.size)
  const { keys, slots } = scratch
  const above = parent?.codes
  for (let i = 0; i < keys.length; i++) {
    keys[i] = (above ? (above[i] as number) * width : 0) + (own[i] as number)
  }
  const possible = (parent?.count ?? 1) * width
  const numbered = possible <= slots.length ? numberDirectly(scratch, possible) : numberByHash(scratch)
  return { dimensions, ...numbered }
}

type Numbered = Omit<Cuboid, 'dimensions'>

/** Dense numbers for keys in order of first appearance, where every possible key has a slot of its own. */
function numberDirectly({ keys, slots }: Scratch, possible: number): Numbered {
  slots.fill(-1, 0, possible)
  const codes = new Int32Array(keys.length)
  const sample = new Int32Array(Math.min(possible, keys.length))
  let count = 0
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number
    let code = slots[key] as number
    if (code < 0) {
      code = count++
      slots[key] = code
      sample[code] = i
    }
    codes[i] = code
  }
  return { codes, count, sample: sample.slice(0, count) }
}

/** The same by an open hash table of at least twice as many slots as keys. */
function numberByHash({ keys, slots }: Scratch): Numbered {
  slots.fill(-1)
  const mask = slots.length - 1
  const codes = new Int32Array(keys.length)
  const sample = new Int32Array(keys.length)
  let count = 0
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number
    let slot = (Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 4294967296) | 0, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    let holder = slots[slot] as number
    while (holder >= 0 && keys[sample[holder] as number] !== key) {
      slot = (slot + 1) & mask
      holder = slots[slot] as number
    }
    if (holder < 0) {
      holder = count++
      slots[slot] = holder
      sample[holder] = i
    }
    codes[i] = holder
  }
  return { codes, count, sample: sample.slice(0, count) }
}
