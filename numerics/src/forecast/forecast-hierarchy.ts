import { ForecastInputError } from './errors.ts'
import { type Forecast, type ForecastOptions, forecast } from './forecast.ts'
import { type Node, type Reconciliation, reconcile, summingMatrix } from './hierarchy.ts'

export interface HierarchyOptions extends ForecastOptions {
  readonly reconciliation?: Reconciliation
}

/**
 * Forecasts of every node that add up. Values are needed for the bottom nodes alone and must be equally long; a sum's history
 * is added up from its parts. Intervals keep their width and move with their mean.
 */
export function forecastHierarchy(
  nodes: readonly Node[],
  values: ReadonlyMap<string, Float64Array>,
  options: HierarchyOptions,
): Map<string, Forecast> {
  const own = histories(nodes, values)
  const single = new Map([...own].map(([id, history]) => [id, forecast(history, options)]))
  const errors = [...single.values()].map(({ pastErrors }) => pastErrors.length)
  // with no common past only the structure says who gives way
  const alike = Math.min(...errors) >= 2 && new Set(errors).size === 1
  const how = alike ? (options.reconciliation ?? 'mint') : 'structural'
  const bases = [...single].map(([id, { mean, pastErrors }]) => ({ id, mean, residuals: pastErrors }))
  const coherent = reconcile(nodes, bases, how)
  return new Map([...single].map(([id, one]) => [id, moved(one, coherent.get(id) ?? one.mean, how)]))
}

function histories(nodes: readonly Node[], values: ReadonlyMap<string, Float64Array>): Map<string, Float64Array> {
  const { order, bottom, summing } = summingMatrix(nodes)
  const parts = bottom.map((id) => {
    const history = values.get(id)
    if (!history) throw new ForecastInputError(`no values for node "${id}"`)
    return history
  })
  const length = parts[0]?.length ?? 0
  if (parts.some((history) => history.length !== length))
    throw new ForecastInputError('the bottom nodes of a hierarchy must have equally many values')
  return new Map(
    order.map((id, row) => {
      const history = new Float64Array(length)
      parts.forEach((part, column) => {
        const times = summing.data[row * bottom.length + column] as number
        for (let t = 0; times !== 0 && t < length; t++)
          history[t] = (history[t] as number) + times * (part[t] as number)
      })
      return [id, history]
    }),
  )
}

const WORDS: Record<Reconciliation, string> = {
  structural: 'by how many parts each sum has',
  variance: 'by how far each was off in the past',
  mint: 'by how far each was off in the past, and together with which others',
}

function moved(one: Forecast, mean: Float64Array, how: Reconciliation): Forecast {
  const shift = mean.map((value, h) => value - (one.mean[h] as number))
  const by = (values: Float64Array) => values.map((value, h) => value + (shift[h] as number))
  return {
    ...one,
    mean,
    intervals: one.intervals.map(({ level, lower, upper }) => ({ level, lower: by(lower), upper: by(upper) })),
    account: [...one.account, `Parts and sums were made to add up, each giving way ${WORDS[how]}.`],
  }
}
