// A recurrence: one way through the steps of a sequence, with its scratch. A bidirectional layer has two, the others one.

import { FULL } from './full'
import { LayerKind } from './generated/names'
import { allocate, layer, padded, rowStride } from './memory'
import { Layer } from './structures'
import { add_tensor } from './tensors'

/**
 * A row of `joined` is what a step reads: the inputs, then the state before it, so that one product makes a gate's sum. A row of `values` holds the gates
 * after their activation; backwards their deltas take their place. Both have a row for each step and row of the batch, step by step: (steps, rows).
 * Columns of a gate are padded to whole panels, `width`.
 *
 * The columns of `values`: lstm i f c o; simpleRnn its state; gru the candidate, z, r, and with resetAfter the candidate's part that r multiplies. Of the
 * gru that puts what comes of the inputs (candidate, z, r) and what comes of the state (z, r, part) next to each other.
 */
@unmanaged
export class Recurrence {
  /** The kind of its cell. */
  cell: i32
  /** Of a gru: r multiplies the state's product, not the state. */
  resetAfter: bool
  backwards: bool
  bias: bool
  inputs: i32
  units: i32
  width: i32
  /** Gates of the kernel, and widths in a row of `values`. */
  gates: i32
  slots: i32
  /** Where its panels start in a member's parameters: for each gate's each panel (bias, kernel, recurrent kernel and, of a gru with resetAfter, its bias; 8). */
  offset: usize
  panelBytes: usize
  joined: usize // (steps + 1, rows, inputs + width)
  joinedStride: usize
  reset: usize // (steps, rows, inputs + width): as joined with r times the state; of a gru without resetAfter
  values: usize // (steps, rows, slots x width)
  valueStride: usize
  cells: usize // (steps + 1, rows, width): the cells of an lstm before each step
  lifted: usize // (steps, rows, width): activation of the cells after it
  width4: usize // bytes of a row of these and the next three
  product: usize // (rows, width): deltas of the state that come of the next step's gates
  direct: usize // (rows, width): those that come past its gates
  cellDeltas: usize // (rows, width)
  packedInputs: usize // (blocks of inputs, steps x rows, height of the block): joined, as the weight gradient reads it
  packedStates: usize // the same of its states
  packedReset: usize // the same of reset's
}

/** Of a layer: `both` ways or one, merged by `merge`, every step's state or the last one's. */
export function set_recurrence(l: i32, cell: i32, units: i32, resetAfter: bool, backwards: bool, both: bool, merge: i32, sequences: bool): void {
  if (!FULL) return
  const it = layer(l)
  it.recurrences = both ? 2 : 1
  it.merge = merge
  it.sequences = sequences
  for (let i = 0; i < it.recurrences; i++) {
    const its = changetype<Recurrence>(allocate(offsetof<Recurrence>()))
    if (i == 0) it.recurrence = changetype<usize>(its)
    its.cell = cell
    its.resetAfter = resetAfter && cell == LayerKind.GRU
    its.backwards = both ? i == 1 : backwards
    its.bias = it.bias
    its.inputs = it.inputs
    its.units = units
    its.width = padded(units)
    its.gates = cell == LayerKind.LSTM ? 4 : cell == LayerKind.GRU ? 3 : 1
    its.slots = its.resetAfter ? 4 : its.gates
  }
}

/** As structs are allocated: on cache lines, one after the other. */
const BYTES: usize = (offsetof<Recurrence>() + 63) & ~63

// @ts-ignore: decorator
@inline export function recurrence(it: Layer, i: i32): Recurrence { return changetype<Recurrence>(it.recurrence + <usize>i * BYTES) }

/** Panels of a recurrence's parameters. */
// @ts-ignore: decorator
@inline export function panels(its: Recurrence): i32 { return its.gates * (its.width >> 3) }

/** Where panel p of a recurrence's parameters is, in the block at `parameters`. */
// @ts-ignore: decorator
@inline export function panel(its: Recurrence, parameters: usize, p: i32): usize { return parameters + its.offset + <usize>p * its.panelBytes }

/** Rows of weights in a panel: those of the inputs and of the state. */
// @ts-ignore: decorator
@inline export function rows_of(its: Recurrence): i32 { return its.inputs + its.units }

/** The width of `values` at which gate g stands, as what comes of the inputs, or of the state. */
// @ts-ignore: decorator
@inline export function slot(its: Recurrence, g: i32, ofState: bool): i32 {
  if (its.cell != LayerKind.GRU) return g
  return g < 2 ? g + 1 : ofState && its.resetAfter ? 3 : 0
}

/** Bytes of a layer's parameters. */
export function shape_recurrent(it: Layer): usize {
  let bytes: usize = 0
  for (let i = 0; i < it.recurrences; i++) {
    const its = recurrence(it, i)
    its.offset = bytes
    its.panelBytes = <usize>(1 + rows_of(its) + i32(its.resetAfter)) * 32
    bytes += its.panelBytes * <usize>panels(its)
  }
  return bytes
}

/** The tensors of a layer that has its offset: kernel, recurrent kernel and bias of each recurrence. */
export function describe_recurrent(it: Layer): void {
  for (let i = 0; i < it.recurrences; i++) {
    const its = recurrence(it, i)
    const columns = its.gates * its.units
    const start = its.offset
    const state = start + 32 + <usize>its.inputs * 32
    add_tensor(it, its.inputs, columns, its.units, 8, start + 32, its.panelBytes, 32, true)
    add_tensor(it, its.units, columns, its.units, 8, state, its.panelBytes, 32, true)
    if (its.bias) add_tensor(it, 1 + i32(its.resetAfter), columns, its.units, 8, start, its.panelBytes, state + <usize>its.units * 32 - start, its.resetAfter)
    its.offset += it.offset
  }
}

/** Scratch for `rows` rows of a batch, of which `trained` are trained. */
export function allocate_recurrent(it: Layer, rows: i32, trained: i32): void {
  const steps = it.inputPositions
  for (let i = 0; i < it.recurrences; i++) {
    const its = recurrence(it, i)
    const all = <usize>(steps * rows)
    its.joinedStride = rowStride(its.inputs + its.width)
    its.valueStride = rowStride(its.slots * its.width)
    its.width4 = <usize>its.width * 4
    its.joined = allocate((all + <usize>rows) * its.joinedStride + 32)
    its.values = allocate(all * its.valueStride)
    const resets = its.cell == LayerKind.GRU && !its.resetAfter
    its.reset = resets ? allocate(all * its.joinedStride + 32) : 0
    const lstm = its.cell == LayerKind.LSTM
    its.cells = lstm ? allocate((all + <usize>rows) * its.width4) : 0
    its.lifted = lstm ? allocate(all * its.width4) : 0
    if (trained == 0) continue
    const states = <usize>trained * its.width4
    const trainedAll = <usize>(steps * trained) * 4
    its.product = allocate(states)
    its.direct = allocate(states)
    its.cellDeltas = lstm ? allocate(states) : 0
    its.packedInputs = allocate(trainedAll * <usize>its.inputs)
    its.packedStates = allocate(trainedAll * <usize>its.units)
    its.packedReset = resets ? allocate(trainedAll * <usize>its.units) : 0
  }
}

/** Multiply-adds of a row of a step. */
// @ts-ignore: decorator
@inline export function products_of(its: Recurrence): i64 { return <i64>rows_of(its) * <i64>widest_of(its) }

/** The most columns that a product over gates has, and the bytes that the transpose of a recurrent kernel takes. */
// @ts-ignore: decorator
@inline export function widest_of(its: Recurrence): i32 { return its.gates * its.width }
// @ts-ignore: decorator
@inline export function transpose_bytes(its: Recurrence): usize { return <usize>(its.gates * its.width * its.width) * 4 }
