import type { Method } from './face.ts'

// magic "BWD1" · method name · options as JSON · number of doubles · doubles with runs of zeros counted instead of written.
// Little-endian. A young series is mostly zeros, so its snapshot is a few hundred bytes.
const MAGIC = 0x31445742

/** One array of everything a detector remembers. */
export function encodeSnapshot(method: string, options: object, memory: Float64Array): Uint8Array {
  const name = toBytes(method)
  const json = toBytes(JSON.stringify(options))
  const runs = zeroRuns(memory)
  const words = runs.reduce((sum, run) => sum + run.filled, 0)
  const bytes = new Uint8Array(4 + 1 + name.length + 4 + json.length + 8 + runs.length * 8 + words * 8)
  const view = new DataView(bytes.buffer)
  let at = 0
  const u32 = (value: number) => {
    view.setUint32(at, value, true)
    at += 4
  }
  u32(MAGIC)
  view.setUint8(at++, name.length)
  bytes.set(name, at)
  at += name.length
  u32(json.length)
  bytes.set(json, at)
  at += json.length
  u32(memory.length)
  u32(runs.length)
  for (const run of runs) {
    u32(run.zeros)
    u32(run.filled)
    for (let i = 0; i < run.filled; i++, at += 8) view.setFloat64(at, memory[run.start + i] as number, true)
  }
  return bytes
}

interface Run {
  zeros: number
  start: number
  filled: number
}

function zeroRuns(memory: Float64Array): Run[] {
  const runs: Run[] = []
  let i = 0
  while (i < memory.length) {
    const from = i
    // Object.is: −0 must come back as −0.
    while (i < memory.length && Object.is(memory[i], 0)) i++
    const start = i
    while (i < memory.length && !(Object.is(memory[i], 0) && Object.is(memory[i + 1], 0))) i++
    runs.push({ zeros: start - from, start, filled: i - start })
  }
  return runs
}

export interface Snapshot {
  method: string
  options: object
  memory: Float64Array
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const broken = (why: string) => new RangeError(`not a detector snapshot: ${why}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 17 || view.getUint32(0, true) !== MAGIC) throw broken('wrong magic')
  try {
    let at = 4
    const slice = (length: number) => {
      at += length
      return String.fromCharCode(...bytes.subarray(at - length, at))
    }
    const u32 = () => {
      at += 4
      return view.getUint32(at - 4, true)
    }
    const method = slice(view.getUint8(at++))
    const options = JSON.parse(slice(u32())) as object
    const length = u32()
    // A snapshot cannot make this process allocate more than a detector could ever have used.
    if (length > 16_000_000) throw broken(`${length} doubles`)
    const memory = new Float64Array(length)
    const runs = u32()
    let to = 0
    for (let r = 0; r < runs; r++) {
      to += u32()
      const filled = u32()
      for (let i = 0; i < filled; i++, at += 8) memory[to++] = view.getFloat64(at, true)
    }
    if (at !== bytes.length || to > length) throw broken('wrong length')
    return { method, options, memory }
  } catch (error) {
    throw error instanceof RangeError && error.message.startsWith('not a') ? error : broken('cut short')
  }
}

/** Refuses a snapshot of another method, another version of it or other sizes. */
export function checkSnapshot<O extends object, I>(snapshot: Snapshot, method: Method<O, I>, size: number): void {
  if (snapshot.method !== method.name) {
    throw new RangeError(`a snapshot of "${snapshot.method}" cannot continue as "${method.name}"`)
  }
  if (snapshot.memory.length !== size) {
    throw new RangeError(`the snapshot has ${snapshot.memory.length} doubles, "${method.name}" needs ${size}`)
  }
}

/** Options are numbers, flags and short words; anything beyond ASCII is written as JSON's own escape. */
function toBytes(text: string): Uint8Array {
  const ascii = text.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Uint8Array.from(ascii, (letter) => letter.charCodeAt(0))
}
