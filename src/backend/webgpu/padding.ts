// A member's numbers between the flat order of core and its padded block on the device.

import type { MemberState } from '../backend.ts'
import type { Plan, TensorPlan } from './plan.ts'

/** A member's numbers between core's flat order and its block of `state`, where rows are vec4s. */

type Numbers = Pick<MemberState, 'parameters' | 'slots' | 'state'>

/** Calls back with every row's place in the flat order and in the block, in numbers. */
function eachRow(tensors: readonly TensorPlan[], at: (flat: number, padded: number, columns: number) => void): void {
  for (const { offset, rows, columns, across = columns, at: start } of tensors) {
    const stride = Math.ceil(columns / 4) * 4
    for (let row = 0; row < rows; row++) at(offset + row * across, start * 4 + row * stride, columns)
  }
}

function pad(flat: Float32Array, tensors: readonly TensorPlan[], to: Float32Array): void {
  eachRow(tensors, (from, at, columns) => {
    to.set(flat.subarray(from, from + columns), at)
  })
}

function unpad(padded: Float32Array, tensors: readonly TensorPlan[], size: number): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(size)
  eachRow(tensors, (to, at, columns) => {
    flat.set(padded.subarray(at, at + columns), to)
  })
  return flat
}

/** A member's block: parameters, then slots, as many as there is room for, and what is kept and not trained. */
export function padState({ parameters, slots, state }: Numbers, plan: Plan): Float32Array<ArrayBuffer> {
  const block = new Float32Array(plan.state4 * 4)
  const size = plan.parameters4 * 4
  ;[parameters, ...slots.slice(0, plan.slots)].forEach((values, i) => {
    pad(values, plan.tensors, block.subarray(i * size, (i + 1) * size))
  })
  if (state !== undefined) pad(state, plan.moving, block)
  return block
}

export function unpadState(block: Float32Array, slots: number, plan: Plan): Numbers {
  const { parameters4, tensors, moving, layout } = plan
  const part = (i: number) => unpad(block.subarray(i * parameters4 * 4, (i + 1) * parameters4 * 4), tensors, layout.parameters)
  return {
    parameters: part(0),
    slots: Array.from({ length: Math.min(slots, plan.slots) }, (_, i) => part(i + 1)),
    ...(layout.stateSize === 0 ? {} : { state: unpad(block, moving, layout.stateSize) }),
  }
}
