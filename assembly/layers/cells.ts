// What a step makes of the sums of one row, and the way back: the arithmetic between the products of recurrent.ts. All of it goes over whole vectors;
// the padding of a state's deltas is 0, so that of its gates' deltas is too.

import { activate, multiply_by_derivative } from '../activation'
import { LayerKind } from '../generated/names'
import { Recurrence } from '../recurrence'
import { MemberLayer } from '../structures'
import { madd, splat } from '../vector'

/** Activations work on 8 columns of many rows: n numbers of one row are n / 8 rows of 8. */
// @ts-ignore: decorator
@inline function lift(own: MemberLayer, at: usize, to: usize, n: i32): void { activate(own, at, to, n >> 3, 32) }

// @ts-ignore: decorator
@inline function lower(own: MemberLayer, delta: usize, read: usize, n: i32): void { multiply_by_derivative(own, 1, delta, read, n >> 3, 32) }

// @ts-ignore: decorator
@inline function copy(from: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
}

/** Of a gru without resetAfter: z and r, and r times the state to `reset`. */
export function open_gates(its: Recurrence, gates: MemberLayer, values: usize, state: usize, reset: usize): void {
  const w = its.width4
  lift(gates, values + w, values + w, 2 * its.width)
  for (let at: usize = 0; at < w; at += 16) {
    v128.store(reset + at, f32x4.mul(v128.load(values + 2 * w + at), v128.load(state + at)))
  }
}

/** The state after a step to `to`, of the sums in `values` and the state before it. Of an lstm also its cells, before and after, and their activation. */
export function finish_step(
  its: Recurrence,
  own: MemberLayer,
  gates: MemberLayer,
  values: usize,
  state: usize,
  to: usize,
  cells: usize,
  nextCells: usize,
  lifted: usize,
): void {
  const w = its.width4
  if (its.cell == LayerKind.LSTM) {
    lift(gates, values, values, 2 * its.width)
    lift(own, values + 2 * w, values + 2 * w, its.width)
    lift(gates, values + 3 * w, values + 3 * w, its.width)
    for (let at: usize = 0; at < w; at += 16) {
      const i = v128.load(values + at)
      const f = v128.load(values + w + at)
      v128.store(nextCells + at, madd(f, v128.load(cells + at), f32x4.mul(i, v128.load(values + 2 * w + at))))
    }
    lift(own, nextCells, lifted, its.width)
    for (let at: usize = 0; at < w; at += 16) {
      v128.store(to + at, f32x4.mul(v128.load(values + 3 * w + at), v128.load(lifted + at)))
    }
    return
  }
  if (its.cell == LayerKind.GRU) {
    if (its.resetAfter) {
      lift(gates, values + w, values + w, 2 * its.width)
      for (let at: usize = 0; at < w; at += 16) {
        v128.store(values + at, madd(v128.load(values + 2 * w + at), v128.load(values + 3 * w + at), v128.load(values + at)))
      }
    }
    lift(own, values, values, its.width)
    for (let at: usize = 0; at < w; at += 16) {
      const candidate = v128.load(values + at)
      const z = v128.load(values + w + at)
      v128.store(to + at, madd(z, f32x4.sub(v128.load(state + at), candidate), candidate))
    }
    return
  }
  lift(own, values, values, its.width)
  copy(values, to, w)
}

/** The state of a step that is masked. */
export function keep_state(its: Recurrence, state: usize, to: usize, cells: usize, nextCells: usize): void {
  copy(state, to, its.width4)
  if (its.cell == LayerKind.LSTM) copy(cells, nextCells, its.width4)
}

/**
 * The deltas of a step's sums, in the place of the gates in `values`, from the deltas `delta` of the state after it; `direct` becomes what of them goes to
 * the state before without a product. `deltas` is room for a row of `values`. Of a gru without resetAfter r's delta is `close_gates`'s.
 */
export function differentiate_step(
  its: Recurrence,
  own: MemberLayer,
  gates: MemberLayer,
  values: usize,
  state: usize,
  delta: usize,
  direct: usize,
  cells: usize,
  lifted: usize,
  cellDelta: usize,
  deltas: usize,
): void {
  const w = its.width4
  const one = splat(1)
  if (its.cell == LayerKind.LSTM) {
    for (let at: usize = 0; at < w; at += 16) {
      const d = v128.load(delta + at)
      v128.store(deltas + 3 * w + at, f32x4.mul(d, v128.load(lifted + at)))
      v128.store(direct + at, f32x4.mul(d, v128.load(values + 3 * w + at)))
    }
    lower(own, direct, lifted, its.width)
    for (let at: usize = 0; at < w; at += 16) {
      const d = f32x4.add(v128.load(direct + at), v128.load(cellDelta + at))
      v128.store(deltas + at, f32x4.mul(d, v128.load(values + 2 * w + at)))
      v128.store(deltas + w + at, f32x4.mul(d, v128.load(cells + at)))
      v128.store(deltas + 2 * w + at, f32x4.mul(d, v128.load(values + at)))
      v128.store(cellDelta + at, f32x4.mul(d, v128.load(values + w + at)))
      v128.store(direct + at, splat(0))
    }
    lower(gates, deltas, values, 2 * its.width)
    lower(own, deltas + 2 * w, values + 2 * w, its.width)
    lower(gates, deltas + 3 * w, values + 3 * w, its.width)
  } else if (its.cell == LayerKind.GRU) {
    for (let at: usize = 0; at < w; at += 16) {
      const d = v128.load(delta + at)
      const z = v128.load(values + w + at)
      v128.store(deltas + at, f32x4.mul(d, f32x4.sub(one, z)))
      v128.store(deltas + w + at, f32x4.mul(d, f32x4.sub(v128.load(state + at), v128.load(values + at))))
      v128.store(direct + at, f32x4.mul(d, z))
    }
    lower(own, deltas, values, its.width)
    if (its.resetAfter) {
      for (let at: usize = 0; at < w; at += 16) {
        const d = v128.load(deltas + at)
        v128.store(deltas + 2 * w + at, f32x4.mul(d, v128.load(values + 3 * w + at)))
        v128.store(deltas + 3 * w + at, f32x4.mul(d, v128.load(values + 2 * w + at)))
      }
      lower(gates, deltas + w, values + w, 2 * its.width)
    } else {
      lower(gates, deltas + w, values + w, its.width)
      // r's gate stays in its place.
      copy(values + 2 * w, deltas + 2 * w, w)
    }
  } else {
    copy(delta, deltas, w)
    lower(own, deltas, values, its.width)
    for (let at: usize = 0; at < w; at += 16) v128.store(direct + at, splat(0))
  }
  copy(deltas, values, <usize>its.slots * w)
}

/** Of a gru without resetAfter: what `product`, the deltas of r times the state, is of r and of the state. */
export function close_gates(its: Recurrence, gates: MemberLayer, values: usize, state: usize, product: usize, direct: usize, deltas: usize): void {
  const w = its.width4
  for (let at: usize = 0; at < w; at += 16) {
    const d = v128.load(product + at)
    v128.store(deltas + at, f32x4.mul(d, v128.load(state + at)))
    v128.store(direct + at, madd(d, v128.load(values + 2 * w + at), v128.load(direct + at)))
  }
  lower(gates, deltas, values + 2 * w, its.width)
  copy(deltas, values + 2 * w, w)
}

/** The deltas of a step that is masked: those of the state pass, its gates have none. */
export function skip_step(its: Recurrence, values: usize, delta: usize, direct: usize): void {
  copy(delta, direct, its.width4)
  for (let at: usize = 0; at < <usize>its.slots * its.width4; at += 16) v128.store(values + at, splat(0))
}
