import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cholesky,
  createMatrix,
  gram,
  identity,
  inverseFromCholesky,
  leastSquares,
  logDeterminant,
  type Matrix,
  matrixFromRows,
  multiply,
  multiplyVector,
  pseudoInverse,
  ridge,
  solve,
  solveCholesky,
  svd,
  symmetricEigen,
  symmetricFunction,
  transpose,
} from './index.ts'

const close = (actual: Matrix, expected: Matrix, digits = 9) => {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns])
  const scale = Math.max(1, ...expected.data.map(Math.abs))
  actual.data.forEach((value, i) => {
    expect(value / scale).toBeCloseTo((expected.data[i] as number) / scale, digits)
  })
}

const matrices = (rows: number, columns: number) =>
  fc
    .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
    .map((values) => createMatrix(rows, columns, Float64Array.from(values)))

describe('Cholesky', () => {
  // the textbook example of Wikipedia, "Cholesky decomposition"
  const a = matrixFromRows([
    [4, 12, -16],
    [12, 37, -43],
    [-16, -43, 98],
  ])
  it('factors the textbook matrix into its integer factor', () => {
    expect([...(cholesky(a)?.data ?? [])]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3])
  })
  it('solves, inverts and gives the determinant 36', () => {
    const lower = cholesky(a)!
    expect(Math.exp(logDeterminant(lower))).toBeCloseTo(36, 9)
    close(multiply(a, inverseFromCholesky(lower)), identity(3))
    expect([...multiplyVector(a, solveCholesky(lower, [1, 2, 3]))].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([
      1, 2, 3,
    ])
  })
  it('says undefined for a matrix that is not positive definite', () => {
    expect(
      cholesky(
        matrixFromRows([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toBeUndefined()
    expect(
      cholesky(
        matrixFromRows([
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toBeUndefined()
    expect(cholesky(matrixFromRows([[Number.NaN]]))).toBeUndefined()
  })
})

describe('least squares', () => {
  it('gives the line through the worked example y = 3.5 + 1.4 x', () => {
    const fit = leastSquares(
      matrixFromRows([
        [1, 1],
        [1, 2],
        [1, 3],
        [1, 4],
      ]),
      [6, 5, 7, 10],
    )
    expect(fit.coefficients[0]).toBeCloseTo(3.5, 12)
    expect(fit.coefficients[1]).toBeCloseTo(1.4, 12)
    expect(fit.residualSumOfSquares).toBeCloseTo(4.2, 12)
    close(
      fit.gramInverse,
      matrixFromRows([
        [1.5, -0.5],
        [-0.5, 0.2],
      ]),
    )
  })
  it('leaves out a collinear column and still fits', () => {
    const fit = leastSquares(
      matrixFromRows([
        [1, 1, 2],
        [1, 2, 4],
        [1, 3, 6],
      ]),
      [1, 2, 3],
    )
    expect(fit.rank).toBe(2)
    expect(fit.residualSumOfSquares).toBeCloseTo(0, 20)
  })
  it('survives an all-zero and a non-finite design', () => {
    expect([...leastSquares(createMatrix(3, 2), [1, 2, 3]).coefficients]).toEqual([0, 0])
    expect([...leastSquares(matrixFromRows([[Number.POSITIVE_INFINITY], [1]]), [1, 2]).coefficients]).toEqual([0])
  })
  it('has residuals at right angles to every column', () => {
    fc.assert(
      fc.property(matrices(8, 3), matrices(8, 1), (a, b) => {
        const fit = leastSquares(a, b.data)
        // rounding of A·x counts in units of A times A·x, and near-collinear columns make x large
        const [wide, far] = [a.data, fit.coefficients].map((all) => Math.max(1, ...all.map(Math.abs))) as [
          number,
          number,
        ]
        const scale = wide * Math.max(wide * far, ...b.data.map(Math.abs))
        for (const product of multiplyVector(transpose(a), fit.residuals))
          expect(Math.abs(product) / scale).toBeLessThan(1e-8)
      }),
    )
  })
  it('shrinks with ridge exactly as the closed form for one column', () => {
    expect(ridge(matrixFromRows([[1], [2]]), [1, 2], 5)[0]).toBeCloseTo(0.5, 12)
  })
})

describe('square systems', () => {
  it('solves with pivots and says undefined when singular', () => {
    expect([
      ...(solve(
        matrixFromRows([
          [0, 2],
          [1, 1],
        ]),
        [4, 5],
      ) ?? []),
    ]).toEqual([3, 2])
    expect(
      solve(
        matrixFromRows([
          [1, 2],
          [2, 4],
        ]),
        [1, 2],
      ),
    ).toBeUndefined()
  })
})

describe('eigenvalues and singular values', () => {
  it('knows the spectrum of the second-difference matrix: 2 − 2 cos(kπ/(n+1))', () => {
    const n = 12
    const a = createMatrix(n, n)
    for (let i = 0; i < n; i++) {
      a.data[i * n + i] = 2
      if (i > 0) a.data[i * n + i - 1] = -1
      if (i < n - 1) a.data[i * n + i + 1] = -1
    }
    symmetricEigen(a).values.forEach((value, i) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 11)
    })
  })
  it('rebuilds a symmetric matrix, and its square root squares back', () => {
    fc.assert(
      fc.property(matrices(6, 4), (a) => {
        const g = gram(a)
        close(
          symmetricFunction(g, (x) => x),
          g,
        )
        const root = symmetricFunction(g, (x) => Math.sqrt(Math.max(0, x)))
        close(multiply(root, root), g, 8)
      }),
      { numRuns: 50 },
    )
  })
  it('decomposes [[3, 2, 2], [2, 3, −2]] into singular values 5 and 3', () => {
    const a = matrixFromRows([
      [3, 2, 2],
      [2, 3, -2],
    ])
    const { u, values, v } = svd(a)
    expect(values[0]).toBeCloseTo(5, 12)
    expect(values[1]).toBeCloseTo(3, 12)
    const diagonal = matrixFromRows([
      [values[0] as number, 0],
      [0, values[1] as number],
    ])
    close(multiply(multiply(u, diagonal), transpose(v)), a)
  })
  it('has a pseudo-inverse with A A⁺ A = A, rank deficient or not', () => {
    fc.assert(
      fc.property(matrices(5, 2), matrices(2, 4), (left, right) => {
        const a = multiply(left, right)
        close(multiply(multiply(a, pseudoInverse(a, 1e-9)), a), a, 6)
      }),
      { numRuns: 50 },
    )
  })
})
