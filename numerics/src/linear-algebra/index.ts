export { cholesky, inverseFromCholesky, logDeterminant, solveCholesky } from './cholesky.ts'
export { type SymmetricEigen, symmetricEigen, symmetricFunction } from './eigen.ts'
export { type LeastSquaresFit, leastSquares, ridge } from './least-squares.ts'
export {
  columnOf,
  createMatrix,
  dot,
  gram,
  identity,
  type Matrix,
  matrixFromRows,
  multiply,
  multiplyVector,
  rowOf,
  transpose,
  transposeMultiply,
} from './matrix.ts'
export { type Qr, qr } from './qr.ts'
export { solve } from './solve.ts'
export { pseudoInverse, type Svd, svd } from './svd.ts'
