/** The lower L with L Lᵀ = a, both (n, n) row by row; a's lower half is read. Undefined where a is not positive definite. */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n) // (n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] ?? 0) * (l[j * n + k] ?? 0)
      if (i > j) l[i * n + j] = sum / (l[j * n + j] ?? 1)
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return l
}

/** x with L x = b, in place of b (n). */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] ?? 0) * (b[k] ?? 0)
    b[i] = sum / (l[i * n + i] ?? 1)
  }
  return b
}

/** x with Lᵀ x = b, in place of b (n). */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const x = (b[i] ?? 0) / (l[i * n + i] ?? 1)
    b[i] = x
    for (let k = 0; k < i; k++) b[k] = (b[k] ?? 0) - (l[i * n + k] ?? 0) * x
  }
  return b
}

/** The lower half of (L Lᵀ)⁻¹, (n, n). */
export function inverse(l: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * n) // (n, n): L⁻¹ transposed, so that both products below run along rows
  for (let j = 0; j < n; j++) {
    rows[j * n + j] = 1 / (l[j * n + j] ?? 1)
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= (l[i * n + k] ?? 0) * (rows[j * n + k] ?? 0)
      rows[j * n + i] = sum / (l[i * n + i] ?? 1)
    }
  }
  const result = new Float64Array(n * n) // (n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += (rows[i * n + k] ?? 0) * (rows[j * n + k] ?? 0)
      result[i * n + j] = sum
    }
  }
  return result
}
