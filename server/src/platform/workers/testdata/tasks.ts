import type { Task } from '../task.ts'

export const total: Task<Float64Array, number> = (values, progress) => {
  progress(0.5, 'adding')
  return values.reduce((sum, value) => sum + value, 0)
}

export const endless: Task<undefined, void> = (_, progress) => {
  progress(0)
  for (;;);
}

export const broken: Task<undefined, void> = () => {
  throw new RangeError('no data')
}
