import { ForecastCancelledError } from './errors.ts'

export interface BudgetOptions {
  /** Milliseconds after which no new model is begun; needs `now`. */
  readonly budgetMs?: number
  /** The caller's clock, in milliseconds. */
  readonly now?: () => number
  /** Asked between models and inside long searches; true stops everything. */
  readonly cancelled?: () => boolean
}

export interface Budget {
  /** Whether to stop searching and answer with what there is. Throws when the caller cancelled. */
  readonly spent: () => boolean
}

export function createBudget({ budgetMs, now, cancelled }: BudgetOptions = {}): Budget {
  const end = now && budgetMs !== undefined ? now() + budgetMs : Number.POSITIVE_INFINITY
  return {
    spent: () => {
      if (cancelled?.()) throw new ForecastCancelledError('the forecast was cancelled by its caller')
      return now !== undefined && now() >= end
    },
  }
}

export const unlimited: Budget = { spent: () => false }
