import * as at from './layout.ts'

export interface Explanation {
  /** What the data are like. */
  nature: string[]
  /** How the expected value comes about, and why so. */
  expects: string
  /** What the last point's score rests on. */
  because: string
}

const EXPECTS = {
  level: 'the slow average of the past',
  day: 'the usual value at this half hour of the day',
  week: 'the usual value at this hour of the week',
  recent: 'the average of the last few points',
  line: 'the line through the last few points',
} as const

/** What `auto` found out and does about it, in words for the page that shows its band. */
export function explainAuto(memory: Float64Array): Explanation {
  const count = memory[at.COUNT] as number
  if (count < 20) {
    const left = 20 - count
    return { nature: [], expects: EXPECTS.level, because: `it is too early to judge: ${left} more points are needed` }
  }
  return { nature: natureOf(memory, count), expects: expectsOf(memory), because: becauseOf(memory) }
}

function natureOf(memory: Float64Array, count: number): string[] {
  const words = [`${count} points, one every ${duration(memory[at.INTERVAL] as number)}`]
  const mean = memory[at.MEAN] as number
  const spread = Math.sqrt(Math.max(0, (memory[at.SQUARE] as number) - mean * mean))
  const zeros = memory[at.ZEROS] as number
  if (spread === 0) words.push('constant so far')
  if ((memory[at.WHOLE] as number) > 0.99 && memory[at.NEGATIVE] === 0) words.push('counts: whole and never negative')
  else if (memory[at.NEGATIVE] === 0) words.push('never negative')
  if (zeros > 0.5) words.push(`sparse: ${percent(zeros)} are zero`)
  const day = explainedBy(memory, at.DAY_ERROR)
  const week = explainedBy(memory, at.WEEK_ERROR)
  if (Math.max(day, week) < 0.1) words.push('no daily or weekly pattern to speak of')
  else if (week > day + 0.02) words.push(`a weekly pattern explains ${percent(week)} of its movement`)
  else words.push(`a daily pattern explains ${percent(day)} of its movement`)
  const slope = memory[at.SLOPE] as number
  const level = memory[at.LEVEL_ERROR] as number
  if (memory[at.WAY] === 4) words.push(`a trend of ${figure(slope)} a point`)
  if (level > 0 && mean !== 0) words.push(`it moves by ${percent(level / Math.abs(mean))} around its level`)
  return words
}

function expectsOf(memory: Float64Array): string {
  const way = at.WAYS[memory[at.WAY] as number] ?? 'level'
  const errors = [at.LEVEL_ERROR, at.DAY_ERROR, at.WEEK_ERROR, at.FAST_ERROR, at.LINE_ERROR]
  const error = memory[errors[memory[at.WAY] as number] as number] as number
  const level = memory[at.LEVEL_ERROR] as number
  const words = `${EXPECTS[way]}, off by ${figure(error)} on average`
  return way === 'level' ? words : `${words}, against ${figure(level)} for the slow average`
}

function becauseOf(memory: Float64Array): string {
  const parts = [
    'the value is far from any seen before',
    'the mean of the last four points is far from any seen before',
    'it deviates from its usual time-of-week pattern as it never has',
  ]
  const evidence = parts.map((_, i) => memory[at.EVIDENCE + i] as number)
  const loudest = Math.max(...evidence)
  if (!(loudest > 0.2)) return 'such values, short means and deviations have been seen before'
  const told = parts.filter((_, i) => (evidence[i] as number) > loudest / 2).join(', and ')
  const deaf = (memory[at.ALARM] as number) > loudest
  return deaf ? `${told}; an alarm for this was raised already` : told
}

function explainedBy(memory: Float64Array, error: number): number {
  const level = memory[at.LEVEL_ERROR] as number
  return level > 0 ? Math.max(0, 1 - (memory[error] as number) / level) : 0
}

const percent = (share: number) => `${Math.round(100 * share)} %`
const figure = (value: number) => String(Number(value.toPrecision(3)))

function duration(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const
  const [name, size] = units.find(([, length]) => ms >= length) ?? ['millisecond', 1]
  const amount = Math.round((10 * ms) / size) / 10
  return amount === 1 ? name : `${amount} ${name}s`
}
