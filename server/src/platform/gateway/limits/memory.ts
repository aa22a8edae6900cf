import { type Counts, fractionOf, judge, type Policy, type Verdict } from './policy.ts'

/** Callers counted one by one in a window; those beyond share buckets, so that addresses made up cost no memory. */
const MOST_CALLERS = 100_000
const SHARED = 1024

interface Window {
  index: number
  current: Map<string, number>
  previous: Map<string, number>
}

/** Counts in this process: two maps for each length of window, thrown away whole as time goes on. */
export function createMemoryLimits(now: () => number = Date.now) {
  const windows = new Map<number, Window>()

  function windowAt(seconds: number, time: number): Window {
    const index = Math.floor(time / 1000 / seconds)
    let window = windows.get(seconds)
    if (!window) {
      window = { index, current: new Map(), previous: new Map() }
      windows.set(seconds, window)
    }
    if (window.index !== index) {
      window.previous = window.index === index - 1 ? window.current : new Map()
      window.current = new Map()
      window.index = index
    }
    return window
  }

  return {
    take(key: string, policy: Policy): Verdict {
      const time = now()
      const counted = policy.quotas.map(({ seconds }) => {
        const window = windowAt(seconds, time)
        const name = window.current.size < MOST_CALLERS || window.current.has(key) ? key : shared(key)
        const current = window.current.get(name) ?? 0
        const counts: Counts = {
          current,
          previous: window.previous.get(name) ?? 0,
          fraction: fractionOf(time, seconds),
        }
        return { window, name, counts }
      })
      const verdict = judge(
        policy,
        counted.map(({ counts }) => counts),
      )
      if (verdict.allowed) for (const { window, name, counts } of counted) window.current.set(name, counts.current + 1)
      return verdict
    },
  }
}

function shared(key: string): string {
  let hash = 0
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return `shared ${(hash >>> 0) % SHARED}`
}
