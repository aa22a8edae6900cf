import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { createBudget } from './budget.ts'
import { lstmOf } from './lstm.ts'
import { createLstm, createTrace, lstmBackward, lstmForward } from './lstm-net.ts'
import { naive } from './naive.ts'

describe('LSTM', () => {
  it('has the slopes that small nudges of each weight show', () => {
    const random = createRandom(3)
    const net = createLstm({ inputs: 2, hidden: 3, outputs: 2, steps: 4 }, random)
    for (let i = 0; i < net.weights.length; i++) net.weights[i] = 0.5 * random.normal()
    const input = Float64Array.from({ length: 8 }, () => random.normal())
    const target = Float64Array.of(0.3, -0.7)
    const trace = createTrace(net.shape)
    const loss = () =>
      lstmForward(net, input, trace).reduce((sum, value, o) => sum + (value - (target[o] as number)) ** 2, 0)
    const outputs = lstmForward(net, input, trace).map((value, o) => 2 * (value - (target[o] as number)))
    const gradient = new Float64Array(net.weights.length)
    lstmBackward(net, input, trace, { outputs, gradient })
    gradient.forEach((slope, i) => {
      const held = net.weights[i] as number
      net.weights[i] = held + 1e-5
      const up = loss()
      net.weights[i] = held - 1e-5
      const down = loss()
      net.weights[i] = held
      expect(slope).toBeCloseTo((up - down) / 2e-5, 7)
    })
  })

  const wave = Float64Array.from({ length: 240 }, (_, t) => 10 + 3 * Math.sin(t / 3) + Math.sin(t / 1.7))
  it('learns two waves of unknown length far better than repeating the last value', () => {
    const known = wave.slice(0, 228)
    const miss = (forecast: Float64Array | undefined) =>
      wave.slice(228).reduce((sum, value, h) => sum + Math.abs(value - (forecast?.[h] as number)), 0)
    const own = miss(lstmOf({ seed: 1, outputs: 12 }).fit({ values: known, periods: [] })?.forecast(12))
    expect(own).toBeLessThan(0.5 * miss(naive.fit({ values: known, periods: [] })?.forecast(12)))
  })
  it('gives the same to the bit for the same seed, another for another', () => {
    const of = (seed: number) => [
      ...(lstmOf({ seed, outputs: 4, epochs: 3 }).fit({ values: wave, periods: [] })?.forecast(9) ?? []),
    ]
    expect(of(5)).toEqual(of(5))
    expect(of(5)).not.toEqual(of(6))
    expect(of(5).every(Number.isFinite)).toBe(true)
  })
  it('is refused for short or constant series, and stops training when the budget is spent', () => {
    expect(lstmOf({ seed: 1, outputs: 4 }).fit({ values: wave.slice(0, 30), periods: [] })).toBeUndefined()
    expect(lstmOf({ seed: 1, outputs: 4 }).fit({ values: new Float64Array(200).fill(3), periods: [] })).toBeUndefined()
    let time = 0
    const budget = createBudget({ budgetMs: 3, now: () => time++ })
    expect(lstmOf({ seed: 1, outputs: 4 }).fit({ values: wave, periods: [] }, budget)).toBeDefined()
    expect(time).toBeLessThan(10)
  })
})
