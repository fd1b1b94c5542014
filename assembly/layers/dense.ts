// A dense layer: the products of dense.ts, the activation while its panel is in cache, and the update with the gradient while both are.

import { descend_panel, forward, gather_delta_panel, input_gradient, SIXES_AND_FIVES, weight_gradient_panel } from '../dense'
import { WIDE } from '../full'
import { Optimizer, Reads } from '../generated/names'
import { batch, belowOf, deltaPanel, gradient, layer, layerCount, lossTakesSums, memberLayer, nextGradient, numbers, packedInputs, panelPenalties, rowsOf } from '../memory'
import { activate_rows } from '../rowActivation'
import { Layer, Member, MemberLayer, Numbers } from '../structures'
import { move } from '../move'
import { add_penalty_gradient, penalty, update } from '../update'
import { madd, splat, sum } from '../vector'
import { descend_pair, gather_delta_pair, input_gradient_pair, weight_gradient_pair } from '../wide'
import { drop, finish_deltas, source, sourceStride } from './common'

/** Whether the layer leaves its sums to the loss, which finishes them. */
// @ts-ignore: decorator
@inline function leavesSums(l: i32): bool { return l == layerCount - 1 && lossTakesSums }

/** Panels of outputs. */
export function dense_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const rows = rowsOf(it, batch.rows)
  const activates = !leavesSums(l) && own.reads != Reads.ROW
  forward(it, batch.member.parameters, activates, own, source(l), sourceStride(l), rows, first, last)
  if (batch.training && own.threshold > 0 && own.reads != Reads.ROW) drop(it, own, it.outputs, it.stride, l, first, last, 0, rows)
}

/** Whether outputs are finished row by row, once all their sums are there. */
export function dense_has_rows(l: i32): bool { return memberLayer(batch.member, l).reads == Reads.ROW && !leavesSums(l) }

/** Rows first … last - 1 of the batch. */
export function dense_rows(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  const start = <usize>firstRow * it.stride
  activate_rows(own.activation, it.outputs + start, it.units, lastRow - firstRow, it.stride)
  if (!batch.training || own.threshold == 0) return
  // Their derivative reads what dropout takes away.
  memory.copy(it.sums + start, it.outputs + start, <usize>(lastRow - firstRow) * it.stride)
  drop(it, own, it.outputs, it.stride, l, 0, it.width >> 3, firstRow, lastRow)
}

/** Panels of the deltas of the layer below. */
export function dense_input_gradient(l: i32, first: i32, last: i32): void {
  const below = belowOf(l)
  const rows = rowsOf(below, batch.rows)
  let p = first
  if (WIDE)
    for (; p + 1 < last; p += 2) {
      input_gradient_pair(layer(l), batch.member.parameters, below, rows, p)
      finish_deltas(below, p, p + 2, 0, rows)
    }
  // One by one: a panel is finished while it is in cache.
  for (; p < last; p++) {
    input_gradient(layer(l), batch.member.parameters, below, rows, p)
    finish_deltas(below, p, p + 1, 0, rows)
  }
}

/** The gradient of 8 columns, and their update while both are in cache. No gradient is kept, unless the optimizer needs the whole one. */
export function dense_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const own = memberLayer(m, l)
  const rows = rowsOf(it, batch.rows)
  const penalized = own.l1 != 0 || own.l2 != 0
  const plain = m.optimizer == Optimizer.SGD && m.momentum == 0 && !m.whole && !penalized && it.inputs >= SIXES_AND_FIVES
  const rate = changetype<usize>(numbers) + offsetof<Numbers>('rate')
  const packed = l == 0
  const a = packed ? packedInputs : source(l)
  const lda: usize = packed ? 0 : sourceStride(l)
  const bytes = <usize>it.inputs * 32
  let w = m.parameters + it.offset + <usize>first * it.panelBytes
  let delta = it.deltas + <usize>first * 32
  let p = first
  if (WIDE) {
    const next = it.panelBytes
    numbers.fall = -numbers.rate
    const fall = changetype<usize>(numbers) + offsetof<Numbers>('fall')
    for (; p + 1 < last; p += 2, w += 2 * next, delta += 64) {
      gather_delta_pair(delta, it.stride, rows)
      if (!it.bias) {
        memory.fill(gradient, 0, 32)
        memory.fill(gradient + nextGradient, 0, 32)
      }
      if (plain) {
        update(m, w, gradient, 32)
        update(m, w + next, gradient + nextGradient, 32)
        descend_pair(it.inputs, a, lda, packed, rows, w + 32, next, fall)
        continue
      }
      weight_gradient_pair(it.inputs, a, lda, packed, rows)
      move_panel(m, own, p, w, gradient, bytes, penalized)
      move_panel(m, own, p + 1, w + next, gradient + nextGradient, bytes, penalized)
    }
  }
  for (; p < last; p++, w += it.panelBytes, delta += 32) {
    gather_delta_panel(delta, it.stride, rows, deltaPanel, gradient)
    if (!it.bias) memory.fill(gradient, 0, 32)
    if (plain) {
      update(m, w, gradient, 32)
      descend_panel(it.inputs, a, lda, packed, rows, w + 32, rate)
      continue
    }
    weight_gradient_panel(it.inputs, a, lda, packed, rows)
    move_panel(m, own, p, w, gradient, bytes, penalized)
  }
}

/** Moves panel p, at w, along its gradient g and its penalties. `bytes` are those of its weights. */
// @ts-ignore: decorator
@inline function move_panel(m: Member, own: MemberLayer, p: i32, w: usize, g: usize, bytes: usize, penalized: bool): void {
  if (penalized) {
    store<f64>(panelPenalties + (<usize>p << 3), penalty(w + 32, bytes, own.l1, own.l2))
    add_penalty_gradient(w + 32, g + 32, bytes, own.l1, own.l2)
  }
  move(m, w, g, 32 + bytes)
}

/** The penalties of a layer's weights in the order of small.ts, row after row, where panels would give other last bits. */
export function penalties_by_rows(it: Layer, own: MemberLayer, parameters: usize): f64 {
  const vectors = (it.units + 3) >> 2
  const kernel = parameters + it.offset + 32
  let absolute = splat(0)
  let square = splat(0)
  for (let i = 0; i < it.inputs; i++) {
    for (let v = 0; v < vectors; v++) {
      const x = v128.load(kernel + <usize>(v >> 1) * it.panelBytes + <usize>i * 32 + <usize>(v & 1) * 16)
      absolute = f32x4.add(absolute, f32x4.abs(x))
      square = madd(x, x, square)
    }
  }
  return <f64>own.l1 * <f64>sum(absolute) + <f64>own.l2 * <f64>sum(square)
}

/** What the pieces of a layer's update kept of the penalties, added up in one order. */
export function panel_penalties(l: i32, pieces: i32): f64 {
  const own: MemberLayer = memberLayer(batch.member, l)
  let total: f64 = 0
  if (own.l1 == 0 && own.l2 == 0) return total
  for (let p = 0; p < pieces; p++) total += load<f64>(panelPenalties + (<usize>p << 3))
  return total
}
