// Recurrent layers: a layer's recurrences go through its steps, some rows of the batch at a time, and what they come to is merged. One product a step makes
// the sums of its gates, (rows, inputs + units) times (inputs + units, gates); the whole sequence is one call. Rows do not meet, so pieces are rows. The
// gradient of the parameters is in recurrentUpdate.ts.

import { cut, blocks, height, larger, strip } from '../dense'
import { LayerKind } from '../generated/names'
import { is_masked, mask_row } from '../mask'
import { batch, belowOf, deltaPanel, layer, memberGates, memberLayer, recurrentScratch, rowsOf, transposedPanel, zeroBias } from '../memory'
import { panel, panels, Recurrence, recurrence, rows_of, slot } from '../recurrence'
import { Layer } from '../structures'
import { firstLanes, splat } from '../vector'
import { close_gates, differentiate_step, finish_step, keep_state, open_gates, skip_step } from './cells'
import { finish_deltas, source, sourceStride } from './common'

/** What becomes of the outputs of two recurrences. */
namespace Merge {
  export const CONCAT: i32 = 0
  export const SUM: i32 = 1
  export const AVE: i32 = 2
  export const MUL: i32 = 3
}

/** Which step of the sequence a recurrence's step s reads. */
// @ts-ignore: decorator
@inline function position(its: Recurrence, steps: i32, s: i32): i32 { return its.backwards ? steps - 1 - s : s }

/** Which step of the outputs it writes: one that goes backwards alone leaves its outputs in its own order. */
// @ts-ignore: decorator
@inline function place(it: Layer, its: Recurrence, steps: i32, s: i32): i32 {
  return it.recurrences == 2 ? position(its, steps, s) : s
}

/** Row b of step s. */
// @ts-ignore: decorator
@inline function at(start: usize, stride: usize, s: i32, b: i32): usize { return start + <usize>(s * batch.rows + b) * stride }

/** The state before step s. */
// @ts-ignore: decorator
@inline function state(its: Recurrence, s: i32, b: i32): usize { return at(its.joined, its.joinedStride, s, b) + <usize>its.inputs * 4 }

// @ts-ignore: decorator
@inline function cells(its: Recurrence, s: i32, b: i32): usize { return at(its.cells, its.width4, s, b) }

/** Exactly n floats. */
// @ts-ignore: decorator
@inline function copy_floats(from: usize, to: usize, n: i32): void {
  const end = to + <usize>n * 4
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from))
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(from))
}

// @ts-ignore: decorator
@inline function clear(to: usize, bytes: usize): void { for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, splat(0)) }

// @ts-ignore: decorator
@inline function clear_floats(to: usize, n: i32): void { for (let end = to + <usize>n * 4; to < end; to += 4) store<f32>(to, 0) }

/** Whether place o of the outputs is 0: where two recurrences meet at a masked step, as in Keras; one by itself repeats its last output. */
// @ts-ignore: decorator
@inline function is_silent(it: Layer, l: i32, o: i32, b: i32): bool { return it.recurrences == 2 && it.sequences && is_masked(mask_row(l, b), o) }

/** Rows first … last - 1 of the batch: the outputs of all steps. */
export function recurrent_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  for (let i = 0; i < it.recurrences; i++) run(it, l, recurrence(it, i), first, last)
  const steps = it.inputPositions
  for (let b = first; b < last; b++) {
    let to = it.outputs + <usize>(b * it.positions) * it.stride
    for (let o = 0; o < it.positions; o++, to += it.stride) {
      if (is_silent(it, l, o, b)) clear_floats(to, it.units)
      else merge(it, to, it.sequences ? o : steps - 1, steps, b)
    }
  }
}

/** What the outputs at place o are, of the states after it. */
function merge(it: Layer, to: usize, o: i32, steps: i32, b: i32): void {
  const one = recurrence(it, 0)
  const from = state(one, o + 1, b)
  if (it.recurrences == 1) {
    for (let i: usize = 0; i < one.width4; i += 16) v128.store(to + i, v128.load(from + i))
    return
  }
  const two = recurrence(it, 1)
  const other = state(two, (it.sequences ? steps - 1 - o : o) + 1, b)
  if (it.merge == Merge.CONCAT) {
    copy_floats(from, to, one.units)
    copy_floats(other, to + <usize>one.units * 4, one.units)
    return
  }
  for (let i: usize = 0; i < one.width4; i += 16) {
    const x = v128.load(from + i)
    const y = v128.load(other + i)
    v128.store(to + i, it.merge == Merge.MUL ? f32x4.mul(x, y) : it.merge == Merge.SUM ? f32x4.add(x, y) : f32x4.mul(splat(0.5), f32x4.add(x, y)))
  }
}

/** All steps of a recurrence. */
function run(it: Layer, l: i32, its: Recurrence, first: i32, last: i32): void {
  const steps = it.inputPositions
  const own = memberLayer(batch.member, l)
  const gates = memberGates(batch.member, l)
  const parameters = batch.member.parameters
  const from = source(l)
  const stride = sourceStride(l)
  for (let b = first; b < last; b++) {
    for (let s = 0; s < steps; s++) {
      const x = from + <usize>(b * steps + position(its, steps, s)) * stride
      copy_floats(x, at(its.joined, its.joinedStride, s, b), its.inputs)
      if (its.reset != 0) copy_floats(x, at(its.reset, its.joinedStride, s, b), its.inputs)
    }
    clear(state(its, 0, b), its.width4)
    if (its.cell == LayerKind.LSTM) clear(cells(its, 0, b), its.width4)
  }
  const rows = last - first
  for (let s = 0; s < steps; s++) {
    cut(rows)
    const joined = at(its.joined, its.joinedStride, s, first)
    const values = at(its.values, its.valueStride, s, first)
    if (its.cell == LayerKind.GRU) {
      sum_gates(its, parameters, 0, 2, rows, joined, values)
      if (its.reset != 0) {
        for (let b = first; b < last; b++) {
          const reset = at(its.reset, its.joinedStride, s, b) + <usize>its.inputs * 4
          open_gates(its, gates, at(its.values, its.valueStride, s, b), state(its, s, b), reset)
        }
        sum_gates(its, parameters, 2, 3, rows, at(its.reset, its.joinedStride, s, first), values)
      } else {
        sum_candidate(its, parameters, rows, joined, values)
      }
    } else {
      sum_gates(its, parameters, 0, its.gates, rows, joined, values)
    }
    for (let b = first; b < last; b++) {
      const before = state(its, s, b)
      const to = state(its, s + 1, b)
      const tokens = mask_row(l, b)
      if (is_masked(tokens, position(its, steps, s))) {
        keep_state(its, before, to, cells(its, s, b), cells(its, s + 1, b))
        continue
      }
      const lifted = at(its.lifted, its.width4, s, b)
      finish_step(its, own, gates, at(its.values, its.valueStride, s, b), before, to, cells(its, s, b), cells(its, s + 1, b), lifted)
    }
  }
}

/** The sums of gates first … last - 1: one product of inputs and state. A gru with resetAfter adds its second bias. */
function sum_gates(its: Recurrence, parameters: usize, first: i32, last: i32, rows: i32, joined: usize, values: usize): void {
  const panelsOfGate = its.width >> 3
  const k = rows_of(its)
  for (let g = first; g < last; g++) {
    let to = values + <usize>slot(its, g, false) * its.width4
    for (let j = 0; j < panelsOfGate; j++, to += 32) {
      const at = panel(its, parameters, g * panelsOfGate + j)
      let bias = at
      if (its.resetAfter) {
        bias = recurrentScratch
        const second = at + 32 + <usize>k * 32
        v128.store(bias, f32x4.add(v128.load(at), v128.load(second)))
        v128.store(bias, f32x4.add(v128.load(at, 16), v128.load(second, 16)), 16)
      }
      strip(rows, k, joined, its.joinedStride, at + 32, bias, to, its.valueStride)
    }
  }
}

/** The two sums of a candidate whose part of the state r multiplies. */
function sum_candidate(its: Recurrence, parameters: usize, rows: i32, joined: usize, values: usize): void {
  const panelsOfGate = its.width >> 3
  const inputBytes = <usize>its.inputs * 4
  for (let j = 0; j < panelsOfGate; j++, values += 32) {
    const at = panel(its, parameters, 2 * panelsOfGate + j)
    const second = at + 32 + <usize>its.inputs * 32
    strip(rows, its.inputs, joined, its.joinedStride, at + 32, at, values, its.valueStride)
    const part = values + 3 * its.width4
    strip(rows, its.units, joined + inputBytes, its.joinedStride, second, second + <usize>its.units * 32, part, its.valueStride)
  }
}

/** Rows first … last - 1 of the batch: deltas of the outputs become those of the gates' sums, in the gates' place. */
export function recurrent_backward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  for (let i = 0; i < it.recurrences; i++) {
    const its = recurrence(it, i)
    return_through(it, l, i, its, first, last)
    if (it.trained) pack(its, it.inputPositions, first, last)
  }
}

/** Adds the deltas that the outputs at a step have to those of the state after it. */
function add_outside(it: Layer, l: i32, i: i32, its: Recurrence, steps: i32, s: i32, b: i32, to: usize): void {
  if (!it.sequences && s < steps - 1) return
  const o = it.sequences ? place(it, its, steps, s) : 0
  if (is_silent(it, l, o, b)) return
  let from = it.deltas + <usize>(b * it.positions + o) * it.stride
  if (it.recurrences == 2 && it.merge == Merge.CONCAT) from += <usize>(i * its.units) * 4
  const other = it.merge == Merge.MUL ? state(recurrence(it, 1 - i), (it.sequences ? steps - 1 - s : s) + 1, b) : 0
  for (let at = 0; at < its.units; at += 4) {
    const offset = <usize>at * 4
    // Behind the columns of the first stand those of the second.
    let d = v128.and(v128.load(from + offset), firstLanes(its.units - at))
    if (it.recurrences == 2) {
      if (it.merge == Merge.AVE) d = f32x4.mul(d, splat(0.5))
      else if (it.merge == Merge.MUL) d = f32x4.mul(d, v128.load(other + offset))
    }
    v128.store(to + offset, f32x4.add(v128.load(to + offset), d))
  }
}

/** All steps of a recurrence, the last first. */
function return_through(it: Layer, l: i32, i: i32, its: Recurrence, first: i32, last: i32): void {
  const steps = it.inputPositions
  const own = memberLayer(batch.member, l)
  const gates = memberGates(batch.member, l)
  const row = recurrentScratch + 32
  const transposed = row + <usize>its.slots * its.width4
  const rows = last - first
  const start = <usize>first * its.width4
  transpose_state(its, batch.member.parameters, transposed)
  clear(its.product + start, <usize>rows * its.width4)
  clear(its.direct + start, <usize>rows * its.width4)
  if (its.cell == LayerKind.LSTM) clear(its.cellDeltas + start, <usize>rows * its.width4)
  for (let s = steps - 1; s >= 0; s--) {
    for (let b = first; b < last; b++) {
      const offset = <usize>b * its.width4
      const product = its.product + offset
      const direct = its.direct + offset
      const values = at(its.values, its.valueStride, s, b)
      for (let i: usize = 0; i < its.width4; i += 16) v128.store(product + i, f32x4.add(v128.load(product + i), v128.load(direct + i)))
      add_outside(it, l, i, its, steps, s, b, product)
      if (is_masked(mask_row(l, b), position(its, steps, s))) {
        skip_step(its, values, product, direct)
        continue
      }
      const lifted = at(its.lifted, its.width4, s, b)
      differentiate_step(its, own, gates, values, state(its, s, b), product, direct, cells(its, s, b), lifted, its.cellDeltas + offset, row)
    }
    if (s == 0 && its.reset == 0) break
    const values = at(its.values, its.valueStride, s, first)
    cut(rows)
    if (its.reset != 0) {
      // First the candidate's, then those of z and r: what there is of r comes of the candidate.
      times_transposed(its, transposed + <usize>(2 * its.width) * its.width4, its.width, rows, values, first)
      for (let b = first; b < last; b++) {
        const offset = <usize>b * its.width4
        close_gates(its, gates, at(its.values, its.valueStride, s, b), state(its, s, b), its.product + offset, its.direct + offset, row)
      }
      cut(rows)
      times_transposed(its, transposed, 2 * its.width, rows, values + its.width4, first)
    } else {
      const offset = its.resetAfter ? its.width4 : 0
      times_transposed(its, transposed, its.gates * its.width, rows, values + offset, first)
    }
  }
}

/** Deltas of `k` columns of gates times the transposed recurrent kernel: those of the state before, to `product`. */
function times_transposed(its: Recurrence, transposed: usize, k: i32, rows: i32, values: usize, first: i32): void {
  let to = its.product + <usize>first * its.width4
  for (let p = 0; p < its.width >> 3; p++, to += 32) {
    strip(rows, k, values, its.valueStride, transposed + <usize>(p * k) * 32, zeroBias, to, its.width4)
  }
}

/** The transpose of a recurrent kernel: for every panel of its rows all columns, (columns, 8); of a gru without resetAfter those of z and r, then the rest. */
function transpose_state(its: Recurrence, parameters: usize, to: usize): void {
  const first = 1 + its.inputs
  const alone = its.reset != 0
  for (let p = 0; p < its.width >> 3; p++) to = transpose_rows(its, parameters, first + p * 8, its.units - p * 8, 0, alone ? 2 : its.gates, to)
  if (alone) for (let p = 0; p < its.width >> 3; p++) to = transpose_rows(its, parameters, first + p * 8, its.units - p * 8, 2, 3, to)
}

/** Row of a panel, or zeros past the end. */
// @ts-ignore: decorator
@inline function weights(at: usize, i: i32, rows: i32): v128 { return i < rows ? v128.load(at + <usize>i * 32) : splat(0) }

/** Rows `row` … `row` + 7 of the panels of gates from … to - 1, of which `rows` are there, as columns of 8. Returns where they end. */
function transpose_rows(its: Recurrence, parameters: usize, row: i32, rows: i32, from: i32, end: i32, to: usize): usize {
  const panelsOfGate = its.width >> 3
  for (let p = from * panelsOfGate; p < end * panelsOfGate; p++, to += 256) {
    const start = panel(its, parameters, p) + <usize>row * 32
    for (let half: usize = 0; half < 2; half++) {
      for (let quarter = 0; quarter < 2; quarter++) {
        const corner = start + half * 16
        const i = quarter * 4
        const a = weights(corner, i, rows)
        const b = weights(corner, i + 1, rows)
        const c = weights(corner, i + 2, rows)
        const d = weights(corner, i + 3, rows)
        const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
        const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
        const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
        const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
        const out = to + half * 128 + <usize>quarter * 16
        v128.store(out, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5))
        v128.store(out, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32)
        v128.store(out, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64)
        v128.store(out, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96)
      }
    }
  }
  return to
}

/** What the weight gradient reads of rows first … last - 1 of all steps, in blocks of at most 6 columns, all rows of all steps after each other. */
function pack(its: Recurrence, steps: i32, first: i32, last: i32): void {
  const inputBytes = <usize>its.inputs * 4
  for (let s = 0; s < steps; s++) {
    const joined = at(its.joined, its.joinedStride, s, first)
    pack_columns(joined, its.joinedStride, its.inputs, its.packedInputs, steps, s, first, last)
    pack_columns(joined + inputBytes, its.joinedStride, its.units, its.packedStates, steps, s, first, last)
    if (its.reset == 0) continue
    const reset = at(its.reset, its.joinedStride, s, first) + inputBytes
    pack_columns(reset, its.joinedStride, its.units, its.packedReset, steps, s, first, last)
  }
}

function pack_columns(from: usize, stride: usize, columns: i32, to: usize, steps: i32, s: i32, first: i32, last: i32): void {
  const rows = <usize>(steps * batch.rows)
  cut(columns)
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    const bytes = <usize>h * 4
    let out = to + <usize>(s * batch.rows + first) * bytes
    let row = from
    for (let b = first; b < last; b++, row += stride, out += bytes) {
      if (h == 6) {
        v128.store(out, v128.load(row))
        store<u64>(out, load<u64>(row, 16), 16)
      } else {
        for (let i: usize = 0; i < bytes; i += 4) store<f32>(out + i, load<f32>(row + i))
      }
    }
    from += bytes
    to += rows * bytes
  }
}

/** Panels first … last - 1 of the deltas of the layer below. */
export function recurrent_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const steps = it.inputPositions
  const rows = batch.rows
  const distance = <usize>steps * below.stride
  for (let p = first; p < last; p++) {
    for (let i = 0; i < it.recurrences; i++) {
      const its = recurrence(it, i)
      transpose_inputs(its, batch.member.parameters, p)
      cut(rows)
      for (let s = 0; s < steps; s++) {
        const to = below.deltas + <usize>position(its, steps, s) * below.stride + <usize>p * 32
        const values = at(its.values, its.valueStride, s, 0)
        if (i == 0) {
          strip(rows, its.gates * its.width, values, its.valueStride, transposedPanel, zeroBias, to, distance)
          continue
        }
        strip(rows, its.gates * its.width, values, its.valueStride, transposedPanel, zeroBias, deltaPanel, 32)
        for (let b = 0; b < rows; b++) {
          const row = to + <usize>b * distance
          const own = deltaPanel + <usize>b * 32
          v128.store(row, f32x4.add(v128.load(row), v128.load(own)))
          v128.store(row, f32x4.add(v128.load(row, 16), v128.load(own, 16)), 16)
        }
      }
    }
    finish_deltas(below, p, p + 1, 0, rowsOf(below, rows))
  }
}

/** Rows 8 p … 8 p + 7 of the kernel transposed, the gates in the order of `values`. */
function transpose_inputs(its: Recurrence, parameters: usize, p: i32): void {
  const rows = its.inputs - p * 8
  if (its.cell != LayerKind.GRU) {
    transpose_rows(its, parameters, 1 + p * 8, rows, 0, its.gates, transposedPanel)
    return
  }
  const next = transpose_rows(its, parameters, 1 + p * 8, rows, 2, 3, transposedPanel)
  transpose_rows(its, parameters, 1 + p * 8, rows, 0, 2, next)
}
