// Training steps and evaluation of one member.

import { choose_rows, keep_predictions, weigh_rows } from './batch'
import { FULL } from './full'
import { has_groups, has_rows, is_trained, MORE, penalties_of, update_pieces } from './kinds'
import { finishes_rows } from './layers/common'
import { penalties_by_rows } from './layers/dense'
import { activate_outputs, add_scores, correct, score, weightedLoss } from './loss'
import { batch, batchSize, firstTrained, hasPanels, layer, layerCount, member, memberLayer, order, rowsOf, scratchRows, stepLosses } from './memory'
import { has_steps, product_of_more } from './moreKinds'
import { forward_pieces, input_gradient_pieces, Piece, pieces_of_rows } from './pieces'
import { permutation } from './random'
import { adds_deltas, completes, passes, source_of, view_of } from './reads'
import { Member, Rows } from './structures'
import { panelsOf, tensorOf } from './tensors'
import { perform } from './team'
import { gradientBytes, penaltiesByRows, small, small_backward_all, small_forward_all } from './small'
import { penalty, start_update, update } from './update'
import { update_whole } from './whole'
import { groups_of } from './windows'

/** The next batch: rows first … first + rows - 1 of the epoch's order, or of the data. */
// @ts-ignore: decorator
@inline function start_batch(m: Member, data: Rows, first: i32, rows: i32, training: bool): void {
  batch.member = m
  batch.data = data
  batch.rows = rows
  batch.training = training
  choose_rows(first, rows, training && m.shuffle)
}

/** Multiply-adds that take about as long as moving one number, and as scoring one output. */
const GATHERING = 8
const SCORING = 64

/** Multiply-adds of a layer's product, or what others take as long as. */
// @ts-ignore: decorator
@inline function productOf(l: i32): i64 {
  const it = layer(l)
  if (FULL) if (it.kind >= MORE && !hasPanels(it)) return product_of_more(it)
  return <i64>rowsOf(it, batch.rows) * (hasPanels(it) ? it.depth : GATHERING) * it.width
}

/** The batch through all layers. */
function forward_all(): void {
  if (small) {
    small_forward_all()
    return
  }
  const rows = pieces_of_rows(batch.rows)
  perform(Piece.GATHER, 0, rows, <i64>batch.rows * batch.data.columns * GATHERING)
  for (let l = 0; l < layerCount; l++) {
    perform(Piece.FORWARD, l, forward_pieces(l), productOf(l))
    if (has_rows(l)) perform(Piece.FORWARD_ROWS, l, rows, <i64>rowsOf(layer(l), batch.rows) * layer(l).width * SCORING)
  }
}

/** `batch.inverse` must be set. */
function score_all(before: f64): void {
  // Not offered to other threads, whose instances do not know that the network is small.
  if (small) score(batch.data, batch.member, 0, batch.rows, batch.training, batch.inverse)
  else perform(Piece.SCORE, 0, pieces_of_rows(batch.rows), <i64>batch.rows * layer(layerCount - 1).width * SCORING)
  add_scores(batch.rows, before)
}

/** Every layer's gradient and update, from the output layer's deltas. Returns the penalties of the weights before the update. */
function backward_all(): f64 {
  if (small) return small_backward_all()
  let penalties: f64 = 0
  for (let l = layerCount - 1; l >= firstTrained; l--) {
    if (FULL) {
      if (!layer(l).reached) continue
      if (has_steps(layer(l))) perform(Piece.STEPS, l, forward_pieces(l), productOf(l))
      pass_on(l)
    } else if (l > firstTrained) {
      perform(Piece.INPUT_GRADIENT, l, input_gradient_pieces(l), productOf(l))
      if (finishes_rows(l - 1)) perform(Piece.FINISH_ROWS, l - 1, pieces_of_rows(batch.rows), productOf(l - 1))
    }
    if (!is_trained(l)) continue
    if (FULL) if (has_groups(l)) perform(Piece.GRADIENT, l, groups_of(batch.rows), productOf(l))
    if (penaltiesByRows) penalties += row_penalties(batch.member, l)
    perform(Piece.UPDATE, l, update_pieces(l), productOf(l))
    if (!penaltiesByRows) penalties += penalties_of(l)
  }
  return penalties
}

/** The deltas of what layer l reads, as far as a gradient goes on from there. */
function pass_on(l: i32): void {
  const it = layer(l)
  let goesOn = false
  for (let k = 0; k < it.sources; k++) goesOn = goesOn || passes(it, k)
  if (!goesOn) return
  const rows = pieces_of_rows(batch.rows)
  perform(Piece.INPUT_GRADIENT, l, input_gradient_pieces(l), productOf(l))
  if (adds_deltas(l)) perform(Piece.ADD_DELTAS, l, rows, productOf(l))
  for (let k = 0; k < it.sources; k++) {
    const source = source_of(it, k)
    if (completes(it, k) && finishes_rows(source)) perform(Piece.FINISH_ROWS, source, rows, productOf(source))
  }
}

/** The penalties of layer l's weights, where small.ts would train the network but for other members. */
function row_penalties(m: Member, l: i32): f64 {
  const own = memberLayer(m, l)
  return own.l1 == 0 && own.l2 == 0 ? 0 : penalties_by_rows(layer(l), own, m.parameters)
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
 * Returns false, having stopped, when a loss was not finite.
 */
export function train(number: i32, data: Rows, epoch: u32, first: i32, last: i32): bool {
  const m = member(number)
  for (let step = first; step < last; step++) {
    const start = step * batchSize
    const rows = min(batchSize, data.rows - start)
    start_batch(m, data, start, rows, true)
    batch.epoch = epoch
    batch.step = <u32>step
    batch.inverse = weigh_rows(data, m, rows, true)
    forward_all()
    score_all(0)
    const dataLoss = weightedLoss * <f64>batch.inverse
    if (!m.whole) start_update(m)
    const stepLoss = dataLoss + backward_all()
    if (m.whole) update_whole(m)
    store<f32>(stepLosses + (<usize>step << 2), <f32>stepLoss)
    m.lossSum += stepLoss * <f64>rows
    m.correctSum += correct
    if (!isFinite(stepLoss)) return false
  }
  return true
}

/**
 * Ends a step whose forward and backward pass were made for the network (src/backend/wasm/made): `weighted` is the sum of its rows' losses. Returns false when its loss
 * was not finite.
 */
export function end_step(number: i32, step: i32, rows: i32, weighted: f64, right: i32, gradients: usize): bool {
  const m = member(number)
  const stepLoss = weighted * <f64>(<f32>1 / <f32>rows)
  start_update(m)
  update(m, m.parameters, gradients, gradientBytes)
  store<f32>(stepLosses + (<usize>step << 2), <f32>stepLoss)
  m.lossSum += stepLoss * <f64>rows
  m.correctSum += <f64>right
  return isFinite(stepLoss)
}

/** Sum of the penalties of a member's weights. */
export function penalties(number: i32): f64 {
  const m = member(number)
  let total: f64 = 0
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    const own = memberLayer(m, l)
    if (!it.trained || (own.l1 == 0 && own.l2 == 0)) continue
    if (penaltiesByRows) {
      total += penalties_by_rows(it, own, m.parameters)
      continue
    }
    // The kernel is the first tensor, of each recurrence where there are two.
    const next = FULL && it.recurrences == 2 ? it.tensorCount / 2 : it.tensorCount
    for (let i = 0; i < it.tensorCount; i += next) {
      const t = tensorOf(it, i)
      for (let p = 0; p < panelsOf(t); p++) {
        total += penalty(m.parameters + t.start + <usize>p * t.distance, <usize>t.rows * t.rowBytes, own.l1, own.l2)
      }
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
    start_batch(m, data, start, rows, false)
    batch.inverse = weigh_rows(data, m, rows, false)
    forward_all()
    // Row by row: the bits must not depend on where a slice, which is cut by the clock, ends.
    score_all(m.lossSum)
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
    start_batch(m, data, start, rows, false)
    forward_all()
    activate_outputs(rows)
    keep_predictions(data, output.outputs, output.stride, output.units, rows)
  }
}
