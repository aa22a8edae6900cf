import { type ArimaFit, type ArimaOrder, filterArma, fitArma } from './arima-fit.ts'
import { chooseOrder, differences, type OrderLimits } from './arima-orders.ts'
import { difference, impulses, integration, type Lags, seasonalProduct, sparse } from './arima-polynomials.ts'
import { unlimited } from './budget.ts'
import type { Fitted, Method } from './model.ts'

/** Beyond this the orders are chosen on the latest stretch alone: they do not need more, and time is dear. */
const STRETCH_FOR_ORDERS = 400

/** ARIMA with differences and orders of its own choice. */
export const autoArima: Method = {
  name: 'ARIMA',
  fit: ({ values, periods }, budget = unlimited) => {
    if (values.length < 6) return undefined
    const period = periods[0] !== undefined && Number.isInteger(periods[0]) && periods[0] <= 24 ? periods[0] : 1
    const { d, sd, w } = differences(values, period)
    const limits: OrderLimits = {
      maxP: 4,
      maxSeasonal: period > 1 ? 2 : 0,
      maxFits: values.length > 300 && period > 1 ? 12 : 40,
    }
    const chosen = chooseOrder(w.slice(-STRETCH_FOR_ORDERS), { d, sd, period }, limits, budget)
    if (!chosen) return undefined
    const fit = w.length > STRETCH_FOR_ORDERS ? (fitArma(w, chosen.order, chosen.free) ?? chosen) : chosen
    return arimaModel(values, fit)
  },
}

/** ARIMA in the given order; without a constant unless the order asks for one. */
export const arimaOf = (order: ArimaOrder): Method => ({
  name: orderName(order),
  fit: ({ values }) => {
    const fit = fitArma(differenced(values, order), order)
    return fit && arimaModel(values, fit)
  },
})

export function orderName({ p, d, q, sp, sd, sq, period, constant }: ArimaOrder): string {
  const season = period > 1 && sp + sd + sq > 0 ? `(${sp},${sd},${sq})[${period}]` : ''
  const extra = constant ? (d + sd > 0 ? ' with drift' : ' with mean') : ''
  return `ARIMA(${p},${d},${q})${season}${extra}`
}

function arimaModel(values: Float64Array, fit: ArimaFit): Fitted {
  const { order } = fit
  const { d, sd, period } = order
  const n = values.length
  const w = differenced(values, order)
  const roots = sparse(integration(d, sd, period))
  const warm = n - w.length
  const { errors } = filterArma(w, fit, 0)
  const fitted = new Float64Array(n).fill(Number.NaN)
  for (let t = warm; t < n; t++) fitted[t] = (values[t] as number) - (errors[t - warm] as number)
  return {
    name: orderName(order),
    fitted,
    forecast: (horizon) => integrated(values, filterArma(w, fit, horizon).ahead, roots),
    deviations: (horizon) => {
      const full = sparse(seasonalProduct(fit.ar, integration(d, sd, period), 1))
      let spread = 0
      return impulses(full, sparse(fit.ma), horizon).map((psi) => {
        spread += psi * psi
        return fit.sigma * Math.sqrt(spread)
      })
    },
    update: (other) => arimaModel(other, fit),
    refit: (other) => {
      const again = fitArma(differenced(other, order), order, fit.free)
      return again && arimaModel(other, again)
    },
  }
}

function differenced(values: Float64Array, { d, sd, period }: ArimaOrder): Float64Array {
  let w = values
  for (let k = 0; k < sd; k++) w = difference(w, period)
  for (let k = 0; k < d; k++) w = difference(w, 1)
  return w
}

/** Undoes the differences of the values ahead. */
function integrated(values: Float64Array, ahead: Float64Array, roots: Lags): Float64Array {
  const n = values.length
  const joined = new Float64Array(n + ahead.length)
  joined.set(values)
  for (let t = n; t < joined.length; t++) {
    let value = ahead[t - n] as number
    for (let k = 0; k < roots.lags.length; k++)
      value += (roots.weights[k] as number) * (joined[t - (roots.lags[k] as number)] as number)
    joined[t] = value
  }
  return joined.slice(n)
}
