/** The question makes no sense as asked: no values, no horizon. */
export class ForecastInputError extends Error {
  override readonly name = 'ForecastInputError'
}

/** The caller asked to stop; there is no partial answer. A spent time budget is no error: it gives the best answer so far. */
export class ForecastCancelledError extends Error {
  override readonly name = 'ForecastCancelledError'
}
