// Training steps and evaluation of one member.

import { choose_rows, gather_inputs, keep_predictions, pack_inputs, weigh_rows } from './batch'
import { forward, gather_delta_panel, input_gradient, weight_gradient_panel } from './dense'
import { activate_outputs, correct, score, weightedLoss } from './loss'
import { multiply_by_derivative } from './activation'
import {
  batchSize,
  gradient,
  inputs,
  inputStride,
  layer,
  layerCount,
  loss,
  member,
  memberLayer,
  order,
  packedInputs,
  scratchRows,
  stepLosses,
} from './memory'
import { Activation, Loss, Purpose } from './names'
import { permutation, philox, word0, word1, word2, word3 } from './random'
import { Layer, Member, MemberLayer, Rows } from './structures'
import { add_penalty_gradient, penalty, start_update, update } from './update'

/** Multiplies outputs (rows, units) by the step's mask: unit u of row b has word u % 4 of block b * ceil(units / 4) + u / 4. */
function drop(it: Layer, own: MemberLayer, values: usize, rows: i32, key0: u32, l: u32, epoch: u32, step: u32): void {
  const scale: f32 = 1 / own.keep
  const threshold = own.threshold
  const blocksOfRow = <u32>(it.units + 3) / 4
  for (let b = 0; b < rows; b++) {
    for (let block: u32 = 0; block < blocksOfRow; block++) {
      philox(<u32>b * blocksOfRow + block, step, epoch, 0, key0, Purpose.DROPOUT | (l << 8))
      const at = values + (<usize>block << 4)
      const mask = f32x4(
        word0 >= threshold ? scale : 0,
        word1 >= threshold ? scale : 0,
        word2 >= threshold ? scale : 0,
        word3 >= threshold ? scale : 0,
      )
      v128.store(at, f32x4.mul(v128.load(at), mask))
    }
    values += it.stride
  }
}

/** The batch through all layers. The cross-entropies take the output layer's sums; `score` or `activate_outputs` finishes them. */
function forward_all(m: Member, rows: i32, training: bool, epoch: u32, step: u32): void {
  let a = inputs
  let lda = inputStride
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    const own = memberLayer(m, l)
    const fused = l == layerCount - 1 && loss != Loss.MEAN_SQUARED_ERROR
    forward(it, m.parameters, fused ? Activation.LINEAR : own.activation, own.parameter, a, lda, rows)
    if (training && own.threshold > 0) drop(it, own, it.outputs, rows, m.seed, <u32>l, epoch, step)
    a = it.outputs
    lda = it.stride
  }
}

/** Every layer's gradient and update, from the output layer's deltas. Answers the penalties of the weights before the update. */
function backward_all(m: Member, rows: i32, epoch: u32, step: u32): f64 {
  let penalties: f64 = 0
  const last = layer(layerCount - 1)
  const lastMember = memberLayer(m, layerCount - 1)
  if (loss == Loss.MEAN_SQUARED_ERROR && lastMember.activation != Activation.LINEAR) {
    for (let o: usize = 0; o < <usize>last.width * 4; o += 32) {
      multiply_by_derivative(lastMember.activation, lastMember.parameter, 1, last.deltas + o, last.outputs + o, rows, last.stride)
    }
  }
  for (let l = layerCount - 1; l >= 0; l--) {
    const it = layer(l)
    const own = memberLayer(m, l)
    if (l > 0) {
      const below = layer(l - 1)
      const belowMember = memberLayer(m, l - 1)
      input_gradient(it, m.parameters, below, belowMember, rows)
      if (belowMember.threshold > 0) drop(below, belowMember, below.deltas, rows, m.seed, <u32>(l - 1), epoch, step)
      penalties += update_layer(m, it, own, below.outputs, below.stride, false, rows)
    } else {
      pack_inputs(it.inputs, rows)
      penalties += update_layer(m, it, own, packedInputs, 0, true, rows)
    }
  }
  return penalties
}

/** Panel by panel: the gradient of 8 columns, and their update while both are in cache. No gradient is kept. */
function update_layer(m: Member, it: Layer, own: MemberLayer, a: usize, lda: usize, packed: bool, rows: i32): f64 {
  const penalized = own.l1 != 0 || own.l2 != 0
  const bytes = <usize>it.inputs * 32
  let penalties: f64 = 0
  let w = m.parameters + it.offset
  let delta = it.deltas
  const end = delta + <usize>it.width * 4
  while (delta < end) {
    gather_delta_panel(delta, it.stride, rows)
    weight_gradient_panel(it.inputs, a, lda, packed, rows)
    if (penalized) {
      penalties += penalty(w + 32, bytes, own.l1, own.l2)
      add_penalty_gradient(w + 32, gradient + 32, bytes, own.l1, own.l2)
    }
    update(m, w, gradient, 32 + bytes)
    w += it.panelBytes
    delta += 32
  }
  return penalties
}

/** Sets the sums to 0 and, when the member shuffles, computes the epoch's order. */
export function start_epoch(number: i32, data: Rows, epoch: u32): void {
  const m = member(number)
  m.lossSum = 0
  m.correctSum = 0
  if (m.shuffle) permutation(order, m.seed, epoch, data.rows)
}

/**
 * Steps first … last - 1 of an epoch. The last batch of an epoch may be smaller.
 * Answers false, having stopped, when a loss was not finite.
 */
export function train(number: i32, data: Rows, epoch: u32, first: i32, last: i32): bool {
  const m = member(number)
  for (let step = first; step < last; step++) {
    const start = step * batchSize
    const rows = min(batchSize, data.rows - start)
    choose_rows(start, rows, m.shuffle)
    gather_inputs(data, rows)
    const inverse = weigh_rows(data, m, rows, true)
    forward_all(m, rows, true, epoch, <u32>step)
    score(data, m, rows, true, inverse, 0)
    const dataLoss = weightedLoss * <f64>inverse
    start_update(m)
    const stepLoss = dataLoss + backward_all(m, rows, epoch, <u32>step)
    store<f32>(stepLosses + (<usize>step << 2), <f32>stepLoss)
    m.lossSum += stepLoss * <f64>rows
    m.correctSum += correct
    if (!isFinite(stepLoss)) return false
  }
  return true
}

/** Sum of the penalties of a member's weights. */
export function penalties(number: i32): f64 {
  const m = member(number)
  let total: f64 = 0
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    const own = memberLayer(m, l)
    if (own.l1 == 0 && own.l2 == 0) continue
    for (let o = 0; o < it.width; o += 8) {
      total += penalty(m.parameters + it.offset + <usize>(o >> 3) * it.panelBytes + 32, <usize>it.height * 32, own.l1, own.l2)
    }
  }
  return total
}

/**
 * Adds the loss (times row weight) and the right rows of rows first … last - 1 to the member's sums; keeps predictions where the data
 * has room for them. `first` 0 starts afresh.
 */
export function evaluate(number: i32, data: Rows, first: i32, last: i32): void {
  const m = member(number)
  const output = layer(layerCount - 1)
  if (first == 0) {
    m.lossSum = 0
    m.correctSum = 0
  }
  for (let start = first; start < last; start += scratchRows) {
    const rows = min(scratchRows, last - start)
    choose_rows(start, rows, false)
    gather_inputs(data, rows)
    const inverse = weigh_rows(data, m, rows, false)
    forward_all(m, rows, false, 0, 0)
    // Row by row: the bits must not depend on where a slice, which is cut by the clock, ends.
    score(data, m, rows, false, inverse, m.lossSum)
    m.lossSum = weightedLoss
    m.correctSum += correct
    if (data.predictions != 0) keep_predictions(data, output.outputs, output.stride, output.units, rows)
  }
}

/** Predictions of the first `count` rows, without targets. */
export function predict(number: i32, data: Rows, count: i32): void {
  const m = member(number)
  const output = layer(layerCount - 1)
  for (let start = 0; start < count; start += scratchRows) {
    const rows = min(scratchRows, count - start)
    choose_rows(start, rows, false)
    gather_inputs(data, rows)
    forward_all(m, rows, false, 0, 0)
    activate_outputs(rows)
    keep_predictions(data, output.outputs, output.stride, output.units, rows)
  }
}
