// What the kinds of layers share: where their inputs are, dropout, and how a layer's deltas become those of its sums.

import { multiply_by_derivative } from '../activation'
import { Purpose, Reads } from '../generated/names'
import { FULL } from '../full'
import { batch, belowOf, hasActivation, inputs, inputStride, layer, memberLayer, rowsOf } from '../memory'
import { philox, word0, word1, word2, word3 } from '../random'
import { differentiate_rows } from '../rowActivation'
import { Layer, MemberLayer } from '../structures'

// @ts-ignore: decorator
@inline export function source(l: i32): usize {
  if (FULL) return belowOf(l).outputs
  return l > 0 ? layer(l - 1).outputs : inputs
}
// @ts-ignore: decorator
@inline export function sourceStride(l: i32): usize {
  if (FULL) return belowOf(l).stride
  return l > 0 ? layer(l - 1).stride : inputStride
}

/**
 * Multiplies panels first … last - 1 of rows (rows, units) by the step's mask: unit u of row b has word u % 4 of block
 * b * ceil(units / 4) + u / 4.
 */
export function drop(
  it: Layer,
  own: MemberLayer,
  values: usize,
  stride: usize,
  l: i32,
  firstPanel: i32,
  lastPanel: i32,
  firstRow: i32,
  lastRow: i32,
): void {
  const scale: f32 = 1 / own.keep
  const threshold = own.threshold
  const blocksOfRow = <u32>(it.units + 3) / 4
  const end = min(<u32>lastPanel * 2, blocksOfRow)
  values += <usize>firstRow * stride
  for (let b = firstRow; b < lastRow; b++) {
    for (let block = <u32>firstPanel * 2; block < end; block++) {
      philox(<u32>b * blocksOfRow + block, batch.step, batch.epoch, 0, batch.member.seed, <u32>Purpose.DROPOUT | (<u32>l << 8))
      const at = values + (<usize>block << 4)
      const mask = f32x4(
        word0 >= threshold ? scale : 0,
        word1 >= threshold ? scale : 0,
        word2 >= threshold ? scale : 0,
        word3 >= threshold ? scale : 0,
      )
      v128.store(at, f32x4.mul(v128.load(at), mask))
    }
    values += stride
  }
}

/**
 * A layer's deltas, just written by the layer above as derivatives by its outputs, become those by its sums where it has an activation: panels and rows of
 * them. What goes over whole rows waits for `finish_rows`, merged ones for `add_deltas`. Other kinds keep the derivatives by their outputs.
 */
export function finish_deltas(it: Layer, firstPanel: i32, lastPanel: i32, firstRow: i32, lastRow: i32): void {
  if (!hasActivation(it)) return
  if (FULL) if (it.merged) return
  const own = memberLayer(batch.member, it.index)
  if (own.reads == Reads.ROW) return
  const ofSum = own.reads == Reads.SUM
  const start = <usize>firstRow * it.stride + <usize>firstPanel * 32
  let delta = it.deltas + start
  let read = (ofSum ? it.sums : it.outputs) + start
  for (let p = firstPanel; p < lastPanel; p++, delta += 32, read += 32) {
    multiply_by_derivative(own, ofSum ? 1 : own.keep, delta, read, lastRow - firstRow, it.stride)
  }
  if (own.threshold > 0) drop(it, own, it.deltas, it.stride, it.index, firstPanel, lastPanel, firstRow, lastRow)
}

/** Whether layer l's deltas are finished row by row. */
export function finishes_rows(l: i32): bool {
  return hasActivation(layer(l)) && memberLayer(batch.member, l).reads == Reads.ROW
}

/** What `finish_deltas` leaves, for rows first … last - 1 of the batch. */
export function finish_rows(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  if (own.threshold > 0) drop(it, own, it.deltas, it.stride, l, 0, it.width >> 3, firstRow, lastRow)
  const start = <usize>firstRow * it.stride
  const outputs = own.threshold > 0 ? it.sums : it.outputs
  differentiate_rows(own.activation, it.deltas + start, outputs + start, it.units, lastRow - firstRow, it.stride)
}
