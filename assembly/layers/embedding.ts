// An embedding: each token's row of a table. The table lies in panels of 8 columns, (width / 8, rows, 8).

import { batch, belowOf, gradient, layer, memberLayer, panelPenalties } from '../memory'
import { move } from '../move'
import { Layer } from '../structures'
import { add_penalty_gradient, penalty } from '../update'
import { source, sourceStride } from './common'

/** The row of the table of token t of row b. What is no row is refused long before; here it only must not read past the table. */
// @ts-ignore: decorator
@inline function token(it: Layer, l: i32, b: i32, t: i32): usize {
  const value = load<f32>(source(l) + <usize>b * sourceStride(l) + (<usize>t << 2))
  return <usize>min(max(<i32>value, 0), it.rows - 1)
}

/** Panels of outputs. */
export function embedding_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  for (let b = 0; b < batch.rows; b++) {
    for (let t = 0; t < it.positions; t++) {
      let from = batch.member.parameters + it.offset + <usize>first * it.panelBytes + token(it, l, b, t) * 32
      let to = it.outputs + <usize>(b * it.positions + t) * it.stride + <usize>first * 32
      for (let p = first; p < last; p++, from += it.panelBytes, to += 32) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
      }
    }
  }
}

/** Panels of the deltas of the layer below: a token is no number to move along. */
export function embedding_input_gradient(l: i32, first: i32, last: i32): void {
  const below = belowOf(l)
  const rows = batch.rows * below.positions
  for (let b = 0; b < rows; b++) {
    memory.fill(below.deltas + <usize>b * below.stride + <usize>first * 32, 0, <usize>(last - first) * 32)
  }
}

/** Panels of the table: a row's gradient is the sum of the deltas where its token stands. All rows move, for optimizers also move those without one. */
export function embedding_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const own = memberLayer(m, l)
  for (let p = first; p < last; p++) {
    memory.fill(gradient, 0, it.panelBytes)
    for (let b = 0; b < batch.rows; b++) {
      for (let t = 0; t < it.positions; t++) {
        const delta = it.deltas + <usize>(b * it.positions + t) * it.stride + <usize>p * 32
        const to = gradient + token(it, l, b, t) * 32
        v128.store(to, f32x4.add(v128.load(to), v128.load(delta)))
        v128.store(to, f32x4.add(v128.load(to, 16), v128.load(delta, 16)), 16)
      }
    }
    const w = m.parameters + it.offset + <usize>p * it.panelBytes
    if (own.l1 != 0 || own.l2 != 0) {
      store<f64>(panelPenalties + (<usize>p << 3), penalty(w, it.panelBytes, own.l1, own.l2))
      add_penalty_gradient(w, gradient, it.panelBytes, own.l1, own.l2)
    }
    move(m, w, gradient, it.panelBytes)
  }
}
