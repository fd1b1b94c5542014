// Eigenvalues and eigenvectors of a symmetric matrix.

import { missing } from '../../../core/at.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** Eigenvalues (n) and, row by row, the eigenvectors (n, n) that belong to them. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const MAX_SWEEPS = 50

/**
 * Computes them for a symmetric matrix (n, n) by Jacobi's rotations, each of which makes one pair of entries 0 (Golub and Van Loan, "Matrix
 * computations", 2013, section 8.5). Exact to the last bits for matrices as small as a space has parameters.
 */
export function eigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice() // (n, n)
  const vectors = Float64Array.from(a, (_, at) => Number(at % (n + 1) === 0)) // (n, n)
  const size = a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > 1e-30 * size; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q)
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => at(a, i * n + i)), vectors }
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) sum += at(a, p * n + q) ** 2
  }
  return sum
}

/** Turns the axes p and q until a's entry (p, q) is 0. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const mixed = at(a, p * n + q)
  if (mixed === 0) return
  const ratio = (at(a, q * n + q) - at(a, p * n + p)) / (2 * mixed)
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, cosine, sine)
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k, cosine, sine)
  for (let k = 0; k < n; k++) turn(vectors, p * n + k, q * n + k, cosine, sine)
}

function turn(a: Float64Array, i: number, j: number, cosine: number, sine: number): void {
  const x = at(a, i)
  const y = at(a, j)
  a[i] = cosine * x - sine * y
  a[j] = sine * x + cosine * y
}
