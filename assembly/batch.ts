// A batch: which rows it holds, their features as floats, their weights, their targets.

import { blocks, cut, height, larger } from './dense'
import { FULL } from './full'
import { batch, hot, inputs, inputStride, layer, order, packedInputs, rowNumbers, rowWeights, targetRow } from './memory'
import { Member, Rows } from './structures'

/** The batch is rows first … first + rows - 1 of the epoch's order, or of the data when `shuffled` is false. */
export function choose_rows(first: i32, rows: i32, shuffled: bool): void {
  for (let b = 0; b < rows; b++) {
    const row = shuffled ? load<u32>(order + (<usize>(first + b) << 2)) : <u32>(first + b)
    store<u32>(rowNumbers + (<usize>b << 2), row)
  }
}

// @ts-ignore: decorator
@inline function rowNumber(b: i32): usize { return <usize>load<u32>(rowNumbers + (<usize>b << 2)) }

/** Copies the features of rows first … last - 1 of the batch to `inputs`; a byte x becomes x * scale. */
export function gather_inputs(data: Rows, first: i32, last: i32): void {
  const it = layer(0)
  let columns = <usize>it.inputs
  let positions = it.inputPositions
  let stride = inputStride
  let to = inputs + <usize>(first * positions) * stride
  // Positions without a gap are one.
  if (FULL) if (stride == columns * 4) {
    stride *= <usize>positions
    columns *= <usize>positions
    positions = 1
  }
  for (let b = first; b < last; b++) {
    let row = rowNumber(b) * <usize>positions
    for (let p = 0; p < positions; p++, row++) {
      if (data.featureBytes == 1) scaleRow(data.features + row * columns, to, columns, data.scale)
      else copyRow(data.features + row * columns * 4, to, columns)
      to += stride
    }
  }
}

/** By hand: V8 leaves the module for memory.copy, which costs more than a short row. */
// @ts-ignore: decorator
@inline function copyRow(from: usize, to: usize, columns: usize): void {
  const end = to + columns * 4
  while (to + 16 <= end) {
    v128.store(to, v128.load(from))
    from += 16
    to += 16
  }
  while (to < end) {
    store<f32>(to, load<f32>(from))
    from += 4
    to += 4
  }
}

function scaleRow(from: usize, to: usize, columns: usize, scale: f32): void {
  const factor = f32x4.splat(scale)
  const end = to + columns * 4
  while (to + 32 <= end) {
    const words = v128.load_ext<u8>(from)
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words)), factor))
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words)), factor), 16)
    from += 8
    to += 32
  }
  while (to < end) {
    store<f32>(to, <f32>load<u8>(from) * scale)
    from++
    to += 4
  }
}

/**
 * The batch's rows firstRow … lastRow - 1 of `inputs` again in the order the weight gradient reads them: block after block of at most 6 columns, row
 * after row, all rows of the batch.
 */
export function pack_inputs(firstRow: i32, lastRow: i32): void {
  const it = layer(0)
  const first = firstRow * it.inputPositions
  const last = lastRow * it.inputPositions
  const rows = batch.rows * it.inputPositions
  cut(it.inputs)
  let column = inputs + <usize>first * inputStride
  let packed = packedInputs
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    let from = column
    let to = packed + <usize>(first * h) * 4
    for (let b = first; b < last; b++) {
      if (h == 6) {
        v128.store(to, v128.load(from))
        store<u64>(to, load<u64>(from, 16), 16)
      } else {
        for (let i: usize = 0; i < <usize>h * 4; i += 4) store<f32>(to + i, load<f32>(from + i))
      }
      from += inputStride
      to += <usize>h * 4
    }
    column += <usize>h * 4
    packed += <usize>(rows * h) * 4
  }
}

/** Sets `rowWeights` to sample weight times class weight, and returns the factor that makes the weighted sum the batch's loss. */
export function weigh_rows(data: Rows, m: Member, rows: i32, training: bool): f32 {
  const classWeights: usize = training ? m.classWeights : 0
  if (data.weights == 0 && classWeights == 0) {
    for (let b = 0; b < rows; b++) store<f32>(rowWeights + (<usize>b << 2), 1)
    return <f32>1 / <f32>rows
  }
  let weighted = 0
  for (let b = 0; b < rows; b++) {
    const row = rowNumber(b)
    let weight: f32 = data.weights != 0 ? load<f32>(data.weights + (row << 2)) : 1
    if (classWeights != 0) weight *= load<f32>(classWeights + (<usize>load<i32>(data.classOfRow + (row << 2)) << 2))
    store<f32>(rowWeights + (<usize>b << 2), weight)
    weighted += <i32>(weight != 0)
  }
  // Keras 2.2 averages over the rows that have a weight (keras/engine/training_utils.py, weighted_masked_objective).
  if (m.clip) return weighted > 0 ? <f32>1 / <f32>weighted : 0
  return <f32>1 / <f32>rows
}

/** Where the batch's target row b is, `outputs` floats: a class number becomes a one-hot row. */
// @ts-ignore: decorator
@inline export function target(data: Rows, b: i32, outputs: i32): usize {
  const row = rowNumber(b)
  if (!data.classes) return data.targets + row * <usize>outputs * 4
  store<f32>(targetRow + (<usize>load<i32>(hot) << 2), 0)
  const own = load<i32>(data.targets + (row << 2))
  store<f32>(targetRow + (<usize>own << 2), 1)
  store<i32>(hot, own)
  return targetRow
}

/** Copies outputs (rows, units; stride) into the data set's predictions. */
export function keep_predictions(data: Rows, outputs: usize, stride: usize, units: i32, rows: i32): void {
  for (let b = 0; b < rows; b++) {
    memory.copy(data.predictions + rowNumber(b) * <usize>units * 4, outputs, <usize>units * 4)
    outputs += stride
  }
}
