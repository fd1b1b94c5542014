/** Kernels that only pick columns, and what is linear of one step. */

import { at } from '../../core/at.ts'
import { type Affine, composeAffine, foldAfter, type Numbers, ofColumn } from '../fold.ts'
import type { Kernel, Operation } from './values.ts'

interface Linear {
  readonly kernel: Kernel
  readonly bias: Numbers | undefined
}

/** The kernel whose output i is the input `taken[i]`. */
export function pick(inputs: number, taken: readonly number[]): Kernel {
  const units = taken.length
  const data = new Float64Array(inputs * units)
  taken.forEach((input, i) => {
    data[input * units + i] = 1
  })
  return { inputs, units, data }
}

/** Whether each output is one of the inputs, or 0, so that a product with it is exact. */
export function isPick({ kernel: { units, data }, bias }: Linear): boolean {
  if (bias !== undefined) return false
  const taken = new Uint8Array(units)
  return data.every((value, i) => {
    if (value === 0) return true
    taken[i % units] = at(taken, i % units) + 1
    return value === 1 && taken[i % units] === 1
  })
}

/** Two dense layers without an activation between them as one. */
export function product(first: Linear, second: Linear): Linear {
  const { inputs, units: inner } = first.kernel
  const { units } = second.kernel
  const times = (rows: Numbers, count: number): Float64Array => {
    const made = new Float64Array(count * units)
    for (let row = 0; row < count; row++)
      for (let k = 0; k < inner; k++) {
        const value = at(rows, row * inner + k)
        if (value === 0) continue
        for (let j = 0; j < units; j++) made[row * units + j] = at(made, row * units + j) + value * at(second.kernel.data, k * units + j)
      }
    return made
  }
  const bias = first.bias && times(first.bias.length === 1 ? new Float64Array(inner).fill(at(first.bias, 0)) : first.bias, 1)
  const own = second.bias
  const sum = bias && own ? bias.map((value, i) => value + ofColumn(own, i)) : (bias ?? own)
  return { kernel: { inputs, units, data: times(first.kernel.data, inputs) }, bias: sum }
}

/** A step as what is picked and scaled of another one. */
function linearOf(step: Operation): { of: Operation; linear: Linear | undefined; affine: Affine } {
  if (step.op === 'affine') {
    const { of, linear, affine } = linearOf(step.of)
    return { of, linear, affine: composeAffine(affine, step.affine) }
  }
  const nothing = { factor: [1], offset: [0] }
  // Picks of what was scaled before stay as they are.
  return step.op === 'dense' && isPick(step)
    ? { of: step.of, linear: step, affine: nothing }
    : { of: step, linear: undefined, affine: nothing }
}

/** Steps beside each other as one dense layer of what they have in common; undefined where it is not the same. */
export function beside(
  steps: readonly Operation[],
  widths: readonly number[],
): { of: Operation; kernel: Kernel; bias: Float64Array } | undefined {
  const parts = steps.map(linearOf)
  const [first] = parts
  if (first === undefined || parts.some(({ of }) => of !== first.of)) return undefined
  const inputs = first.linear?.kernel.inputs ?? widths[0]
  if (inputs === undefined) return undefined
  const layers = parts.map(({ linear, affine }, i) => {
    const units = at(widths, i)
    const { data } =
      linear?.kernel ??
      pick(
        inputs,
        Array.from({ length: inputs }, (_, column) => column),
      )
    return foldAfter({ inputs, units, kernel: data, bias: new Float64Array(units) }, affine)
  })
  const units = layers.reduce((sum, layer) => sum + layer.units, 0)
  const kernel = new Float64Array(inputs * units)
  const bias = new Float64Array(units)
  let column = 0
  for (const layer of layers) {
    for (let row = 0; row < inputs; row++)
      kernel.set(layer.kernel.subarray(row * layer.units, (row + 1) * layer.units), row * units + column)
    bias.set(layer.bias, column)
    column += layer.units
  }
  return { of: first.of, kernel: { inputs, units, data: kernel }, bias }
}
