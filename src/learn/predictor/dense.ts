/** The product of rows and a kernel, the one loop of a prediction whose time counts. */

import { missing } from '../../core/at.ts'

/** Rows of a block: with 200 features they fit a processor's second cache. A multiple of 4, by which `dense` takes them. */
export const BLOCK = 128

/**
 * out[r, u] = bias[u] + the sum over i of x[r, i] kernel[u, i], i rising, whatever rows are beside. Four rows by two units at a time: each number that is
 * loaded is used more than once.
 * @param x (BLOCK x inputs), row-major, as all below
 * @param rows from 1; what is in the rows after them up to a multiple of 4 is computed as well
 * @param kernel (units x inputs)
 * @param bias (units)
 * @param out (BLOCK x units)
 */
export function dense(x: Float64Array, rows: number, inputs: number, kernel: Float64Array, bias: Float64Array, out: Float64Array): void {
  const units = bias.length
  for (let r = 0; r < rows; r += 4) {
    // Without lists: to take one apart costs more than the sums of a narrow layer.
    const row0 = r * inputs
    const row1 = row0 + inputs
    const row2 = row1 + inputs
    const row3 = row2 + inputs
    let u = 0
    for (; u + 1 < units; u += 2) {
      const unit0 = u * inputs
      const unit1 = unit0 + inputs
      let a0 = bias[u] ?? missing(bias, u)
      let b0 = bias[u + 1] ?? missing(bias, u + 1)
      let a1 = a0
      let a2 = a0
      let a3 = a0
      let b1 = b0
      let b2 = b0
      let b3 = b0
      for (let i = 0; i < inputs; i++) {
        const k0 = kernel[unit0 + i] ?? missing(kernel, unit0 + i)
        const k1 = kernel[unit1 + i] ?? missing(kernel, unit1 + i)
        const x0 = x[row0 + i] ?? missing(x, row0 + i)
        const x1 = x[row1 + i] ?? missing(x, row1 + i)
        const x2 = x[row2 + i] ?? missing(x, row2 + i)
        const x3 = x[row3 + i] ?? missing(x, row3 + i)
        a0 += x0 * k0
        b0 += x0 * k1
        a1 += x1 * k0
        b1 += x1 * k1
        a2 += x2 * k0
        b2 += x2 * k1
        a3 += x3 * k0
        b3 += x3 * k1
      }
      const to0 = r * units + u
      const to1 = to0 + units
      const to2 = to1 + units
      const to3 = to2 + units
      out[to0] = a0
      out[to1] = a1
      out[to2] = a2
      out[to3] = a3
      out[to0 + 1] = b0
      out[to1 + 1] = b1
      out[to2 + 1] = b2
      out[to3 + 1] = b3
    }
    for (; u < units; u++)
      for (let row = r; row < r + 4; row++) {
        let sum = bias[u] ?? missing(bias, u)
        for (let i = 0; i < inputs; i++)
          sum += (x[row * inputs + i] ?? missing(x, row * inputs + i)) * (kernel[u * inputs + i] ?? missing(kernel, u * inputs + i))
        out[row * units + u] = sum
      }
  }
}
