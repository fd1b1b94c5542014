// The Cholesky decomposition, and solving with it.

import { missing } from '../../../core/at.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** The products of `count` numbers of a from place i on with those of b from place j on, in sum. Four sums, because each addition waits for the one before. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < count; k += 4) {
    s0 += at(a, i + k) * at(b, j + k)
    s1 += at(a, i + k + 1) * at(b, j + k + 1)
    s2 += at(a, i + k + 2) * at(b, j + k + 2)
    s3 += at(a, i + k + 3) * at(b, j + k + 3)
  }
  for (; k < count; k++) s0 += at(a, i + k) * at(b, j + k)
  return s0 + s1 + s2 + s3
}

/** The lower L with L Lᵀ = a, both (n, n) row by row; a's lower half is read. Undefined where a is not positive definite. */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n) // (n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const left = at(a, i * n + j) - dot(l, i * n, l, j * n, j)
      if (i > j) l[i * n + j] = left / at(l, j * n + j)
      else if (left > 0) l[i * n + i] = Math.sqrt(left)
      else return undefined
    }
  }
  return l
}

/** x with L x = b, in place of b (n). */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) b[i] = (at(b, i) - dot(l, i * n, b, 0, i)) / at(l, i * n + i)
  return b
}

/** x with Lᵀ x = b, in place of b (n). */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const x = at(b, i) / at(l, i * n + i)
    b[i] = x
    for (let k = 0; k < i; k++) b[k] = at(b, k) - at(l, i * n + k) * x
  }
  return b
}

/** The lower half of (L Lᵀ)⁻¹, (n, n). */
export function inverse(l: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * n) // (n, n): L⁻¹ transposed, so that both products below run along rows
  for (let j = 0; j < n; j++) {
    rows[j * n + j] = 1 / at(l, j * n + j)
    for (let i = j + 1; i < n; i++) rows[j * n + i] = -dot(l, i * n + j, rows, j * n + j, i - j) / at(l, i * n + i)
  }
  const result = new Float64Array(n * n) // (n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) result[i * n + j] = dot(rows, i * n + i, rows, j * n + i, n - i)
  }
  return result
}
