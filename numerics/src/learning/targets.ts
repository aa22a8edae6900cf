/** Number of classes among labels 0, 1, …; at least two. */
export function countClasses(labels: ArrayLike<number>): number {
  let classes = 2
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (!Number.isInteger(label) || label < 0 || label > 1000) {
      throw new RangeError(`label ${i} must be a class number from 0, got ${label}`)
    }
    classes = Math.max(classes, label + 1)
  }
  return classes
}

export function checkTargets(values: Float64Array): void {
  values.forEach((value, i) => {
    if (!(Math.abs(value) < 1e150)) throw new RangeError(`target ${i} must be a finite number, got ${value}`)
  })
}
