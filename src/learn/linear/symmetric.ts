/** Eigenvalues and eigenvectors of a symmetric matrix. */

import { missing } from '../../core/at.ts'
import type { Steps } from '../../core/steps.ts'

/** Values ascending; column j of `vectors` (size x size, row-major) is of value j, of length 1. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/**
 * Householder's reduction to three diagonals and implicit QL (EISPACK's tred2 and tql2; Bowdler, Martin, Reinsch, Wilkinson, Numerische Mathematik 11, 1968).
 * About 5 size^3 steps.
 * @param matrix (size x size), symmetric; it is written over
 */
export function* eigenSteps(matrix: Float64Array, size: number): Steps<Eigen> {
  const values = new Float64Array(size)
  const beside = new Float64Array(size)
  if (size === 0) return { values, vectors: matrix }
  yield* tridiagonal(matrix, size, values, beside)
  // QL turns pairs of columns: as rows they lie together.
  const rows = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) rows[j * size + i] = matrix[i * size + j] ?? missing(matrix, i * size + j)
  yield* diagonal(rows, size, values, beside)
  const order = Array.from(values, (_, i) => i).sort((a, b) => Number(values[a]) - Number(values[b]))
  const vectors = matrix
  order.forEach((from, j) => {
    for (let i = 0; i < size; i++) vectors[i * size + j] = rows[from * size + i] ?? missing(rows, from * size + i)
  })
  return { values: Float64Array.from(order, (from) => values[from] ?? missing(values, from)), vectors }
}

/** Reads an element that is there. Of this file alone, whose arrays are all of one kind: so it is fast. */
const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

/** a becomes the product of the reflections; d the diagonal, e what is beside it, from 1 on. */
function* tridiagonal(a: Float64Array, n: number, d: Float64Array, e: Float64Array): Steps<void> {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n
    let h = 0
    let scale = 0
    for (let k = 0; k < i; k++) scale += Math.abs(get(a, row + k))
    if (i === 1 || scale === 0) e[i] = get(a, row + i - 1)
    else {
      for (let k = 0; k < i; k++) {
        const x = get(a, row + k) / scale
        a[row + k] = x
        h += x * x
      }
      const f = get(a, row + i - 1)
      const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h)
      e[i] = scale * g
      h -= f * g
      a[row + i - 1] = f - g
      // e[0..i) = A u, by rows of the lower triangle.
      for (let j = 0; j < i; j++) e[j] = 0
      for (let j = 0; j < i; j++) {
        const u = get(a, row + j)
        const other = j * n
        let sum = 0
        for (let k = 0; k < j; k++) {
          const x = get(a, other + k)
          sum += x * get(a, row + k)
          e[k] = get(e, k) + x * u
        }
        e[j] = get(e, j) + sum + get(a, other + j) * u
      }
      let along = 0
      for (let j = 0; j < i; j++) {
        e[j] = get(e, j) / h
        along += get(e, j) * get(a, row + j)
      }
      const half = along / (h + h)
      for (let j = 0; j < i; j++) e[j] = get(e, j) - half * get(a, row + j)
      for (let j = 0; j < i; j++) {
        const u = get(a, row + j)
        const w = get(e, j)
        const other = j * n
        for (let k = 0; k <= j; k++) a[other + k] = get(a, other + k) - (u * get(e, k) + w * get(a, row + k))
      }
    }
    d[i] = h
    if (i % 8 === 0) yield
  }
  yield* reflections(a, n, d)
  e[0] = 0
}

/** Multiplies the reflections, whose vectors are in the rows of a; leaves the diagonal in d. */
function* reflections(a: Float64Array, n: number, d: Float64Array): Steps<void> {
  const products = new Float64Array(n)
  d[0] = 0
  for (let i = 0; i < n; i++) {
    const row = i * n
    const h = get(d, i)
    if (h !== 0) {
      products.fill(0, 0, i)
      for (let k = 0; k < i; k++) {
        const u = get(a, row + k)
        for (let j = 0; j < i; j++) products[j] = get(products, j) + u * get(a, k * n + j)
      }
      for (let k = 0; k < i; k++) {
        const u = get(a, row + k) / h
        for (let j = 0; j < i; j++) a[k * n + j] = get(a, k * n + j) - u * get(products, j)
      }
    }
    d[i] = get(a, row + i)
    a[row + i] = 1
    for (let j = 0; j < i; j++) {
      a[row + j] = 0
      a[j * n + i] = 0
    }
    if (i % 8 === 0) yield
  }
}

/** Turns the tridiagonal matrix into a diagonal one; v holds the vectors as rows. */
function* diagonal(v: Float64Array, n: number, d: Float64Array, e: Float64Array): Steps<void> {
  for (let i = 1; i < n; i++) e[i - 1] = get(e, i)
  e[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (;;) {
      let m = l
      for (; m < n - 1; m++) {
        const size = Math.abs(get(d, m)) + Math.abs(get(d, m + 1))
        if (Math.abs(get(e, m)) <= Number.EPSILON * size) break
      }
      if (m === l) break
      let g = (get(d, l + 1) - get(d, l)) / (2 * get(e, l))
      const r = Math.hypot(g, 1)
      g = get(d, m) - get(d, l) + get(e, l) / (g + (g >= 0 ? r : -r))
      let s = 1
      let c = 1
      let p = 0
      let i = m - 1
      for (; i >= l; i--) {
        const f = s * get(e, i)
        const b = c * get(e, i)
        const length = Math.hypot(f, g)
        e[i + 1] = length
        if (length === 0) {
          d[i + 1] = get(d, i + 1) - p
          e[m] = 0
          break
        }
        s = f / length
        c = g / length
        g = get(d, i + 1) - p
        const turned = (get(d, i) - g) * s + 2 * c * b
        p = s * turned
        d[i + 1] = g + p
        g = c * turned - b
        turn(v, n, i, s, c)
      }
      if (i >= l) continue
      d[l] = get(d, l) - p
      e[l] = g
      e[m] = 0
      yield
    }
  }
}

/** Turns vectors i and i + 1 in their plane. */
function turn(v: Float64Array, n: number, i: number, s: number, c: number): void {
  const first = i * n
  const second = first + n
  for (let k = 0; k < n; k++) {
    const f = get(v, second + k)
    const x = get(v, first + k)
    v[second + k] = s * x + c * f
    v[first + k] = c * x - s * f
  }
}
