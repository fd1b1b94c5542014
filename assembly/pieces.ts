// A batch's work in pieces. Pieces of one kind and layer can be done in any order, or beside each other: each writes numbers of its own,
// and no sum goes over several.

import { gather_inputs, pack_inputs } from './batch'
import { descend_panel, forward, gather_delta_panel, input_gradient, SIXES_AND_FIVES, weight_gradient_panel } from './dense'
import { score } from './loss'
import {
  batch,
  gradient,
  inputs,
  inputStride,
  layer,
  layerCount,
  loss,
  memberLayer,
  numbers,
  packedInputs,
  panelPenalties,
} from './memory'
import { Activation, Loss, Optimizer, Purpose } from './names'
import { philox, word0, word1, word2, word3 } from './random'
import { Layer, MemberLayer, Numbers } from './structures'
import { add_penalty_gradient, penalty, update } from './update'

export namespace Piece {
  /** Some rows' features. */
  export const GATHER: i32 = 0
  /** A panel of a layer's outputs. */
  export const FORWARD: i32 = 1
  /** Some rows' losses and deltas. */
  export const SCORE: i32 = 2
  /** A panel of the deltas of the layer below. */
  export const INPUT_GRADIENT: i32 = 3
  /** A panel of a layer's parameters. */
  export const UPDATE: i32 = 4
}

/** A multiple of 4 (loss.ts: `entropies`). */
const ROWS: i32 = 16

/** How many pieces some rows are. */
// @ts-ignore: decorator
@inline export function pieces_of_rows(rows: i32): i32 { return (rows + ROWS - 1) / ROWS }

/** Does pieces first … last - 1. */
export function run(kind: i32, l: i32, first: i32, last: i32): void {
  switch (kind) {
    case Piece.GATHER: gather(first * ROWS, min(batch.rows, last * ROWS)); break
    case Piece.FORWARD: forward_panels(l, first, last); break
    case Piece.SCORE: score(batch.data, batch.member, first * ROWS, min(batch.rows, last * ROWS), batch.training, batch.inverse); break
    case Piece.INPUT_GRADIENT: input_gradient_panels(l, first, last); break
    case Piece.UPDATE: update_panels(l, first, last); break
  }
}

function gather(first: i32, last: i32): void {
  gather_inputs(batch.data, first, last)
  if (batch.training) pack_inputs(batch.data.columns, batch.rows, first, last)
}

/** The cross-entropies take the output layer's sums; `score` or `activate_outputs` finishes them. */
function forward_panels(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const own = memberLayer(m, l)
  const fused = l == layerCount - 1 && loss != Loss.MEAN_SQUARED_ERROR
  const a = l > 0 ? layer(l - 1).outputs : inputs
  const lda = l > 0 ? layer(l - 1).stride : inputStride
  forward(it, m.parameters, fused ? Activation.LINEAR : own.activation, own.parameter, a, lda, batch.rows, first, last)
  if (batch.training && own.threshold > 0) drop(it, own, it.outputs, l, first, last)
}

function input_gradient_panels(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const below = layer(l - 1)
  const own = memberLayer(m, l - 1)
  input_gradient(layer(l), m.parameters, below, own, batch.rows, first, last)
  if (own.threshold > 0) drop(below, own, below.deltas, l - 1, first, last)
}

/**
 * Multiplies panels of outputs or deltas (rows, units) by the step's mask: unit u of row b has word u % 4 of block
 * b * ceil(units / 4) + u / 4.
 */
export function drop(it: Layer, own: MemberLayer, values: usize, l: i32, first: i32, last: i32): void {
  const scale: f32 = 1 / own.keep
  const threshold = own.threshold
  const blocksOfRow = <u32>(it.units + 3) / 4
  const end = min(<u32>last * 2, blocksOfRow)
  for (let b = 0; b < batch.rows; b++) {
    for (let block = <u32>first * 2; block < end; block++) {
      philox(<u32>b * blocksOfRow + block, batch.step, batch.epoch, 0, batch.member.seed, Purpose.DROPOUT | (<u32>l << 8))
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

/** The gradient of 8 columns, and their update while both are in cache. No gradient is kept. */
function update_panels(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const own = memberLayer(m, l)
  const penalized = own.l1 != 0 || own.l2 != 0
  const plain = m.optimizer == Optimizer.SGD && m.slots == 0 && !penalized && it.inputs >= SIXES_AND_FIVES
  const rate = changetype<usize>(numbers) + offsetof<Numbers>('rate')
  const packed = l == 0
  const a = packed ? packedInputs : layer(l - 1).outputs
  const lda: usize = packed ? 0 : layer(l - 1).stride
  const bytes = <usize>it.inputs * 32
  let w = m.parameters + it.offset + <usize>first * it.panelBytes
  let delta = it.deltas + <usize>first * 32
  for (let p = first; p < last; p++) {
    gather_delta_panel(delta, it.stride, batch.rows)
    if (plain) {
      update(m, w, gradient, 32)
      descend_panel(it.inputs, a, lda, packed, batch.rows, w + 32, rate)
      w += it.panelBytes
      delta += 32
      continue
    }
    weight_gradient_panel(it.inputs, a, lda, packed, batch.rows)
    if (penalized) {
      store<f64>(panelPenalties + (<usize>p << 3), penalty(w + 32, bytes, own.l1, own.l2))
      add_penalty_gradient(w + 32, gradient + 32, bytes, own.l1, own.l2)
    }
    update(m, w, gradient, 32 + bytes)
    w += it.panelBytes
    delta += 32
  }
}
