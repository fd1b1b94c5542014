// A batch's work in pieces. Pieces of one kind and layer can be done in any order, or beside each other: each writes numbers of its own,
// and no sum goes over several.

import { gather_inputs, pack_inputs } from './batch'
import { FULL } from './full'
import { descends_in_rows, forward_layer, forward_rows, gradient_of, input_gradient_of, update_layer, works_in_rows } from './kinds'
import { finish_rows } from './layers/common'
import { score } from './loss'
import { batch, belowOf, layer, packsInputs, threads } from './memory'
import { backward_steps } from './moreKinds'
import { add_deltas } from './reads'
import { Layer } from './structures'

export namespace Piece {
  /** Some rows' features. */
  export const GATHER: i32 = 0
  /** A panel, or some rows, of a layer's outputs. */
  export const FORWARD: i32 = 1
  /** Some rows' losses and deltas. */
  export const SCORE: i32 = 2
  /** A panel, or some rows, of the deltas of the layer below. */
  export const INPUT_GRADIENT: i32 = 3
  /** A panel of a layer's parameters. */
  export const UPDATE: i32 = 4
  /** Some rows of outputs, of a layer whose activation needs them whole. */
  export const FORWARD_ROWS: i32 = 5
  /** The same of its deltas. */
  export const FINISH_ROWS: i32 = 6
  /** Some rows of deltas, of outputs that several layers read. */
  export const ADD_DELTAS: i32 = 7
  /** Some rows' deltas, back through the steps of a layer. */
  export const STEPS: i32 = 8
  /** What a group of rows adds to the gradient of a layer's parameters, in a place of its own. */
  export const GRADIENT: i32 = 9
}

/** A multiple of 4 (loss.ts: `entropies`). */
const ROWS: i32 = 16

/** How many pieces some rows are. */
// @ts-ignore: decorator
@inline export function pieces_of_rows(rows: i32): i32 { return (rows + ROWS - 1) / ROWS }

/** Images are many rows each. */
const IMAGES: i32 = 4

// @ts-ignore: decorator
@inline function rowsOfPiece(it: Layer): i32 {
  if (FULL) {
    // A recurrence goes through its kernel once a step and piece: as few as there are threads.
    if (it.recurrences > 0) return max(ROWS, (batch.rows + threads - 1) / threads)
    if (it.window != 0) return IMAGES
  }
  return ROWS
}

/** How many pieces a layer's forward is. */
// @ts-ignore: decorator
@inline export function forward_pieces(l: i32): i32 {
  const it = layer(l)
  return works_in_rows(it) ? (batch.rows + rowsOfPiece(it) - 1) / rowsOfPiece(it) : it.width >> 3
}

/** How many pieces a layer's input gradient is. */
// @ts-ignore: decorator
@inline export function input_gradient_pieces(l: i32): i32 {
  return descends_in_rows(layer(l)) ? forward_pieces(l) : belowOf(l).width >> 3
}

// @ts-ignore: decorator
@inline function lastRow(last: i32, rows: i32 = ROWS): i32 { return min(batch.rows, last * rows) }

/** Does pieces first … last - 1. */
export function run(kind: i32, l: i32, first: i32, last: i32): void {
  const it = layer(l)
  switch (kind) {
    case Piece.GATHER: gather(first * ROWS, lastRow(last)); break
    case Piece.FORWARD:
      if (works_in_rows(it)) forward_layer(l, first * rowsOfPiece(it), lastRow(last, rowsOfPiece(it)))
      else forward_layer(l, first, last)
      break
    case Piece.FORWARD_ROWS: forward_rows(l, first * ROWS, lastRow(last)); break
    case Piece.SCORE: score(batch.data, batch.member, first * ROWS, lastRow(last), batch.training, batch.inverse); break
    case Piece.INPUT_GRADIENT:
      if (descends_in_rows(it)) input_gradient_of(l, first * rowsOfPiece(it), lastRow(last, rowsOfPiece(it)))
      else input_gradient_of(l, first, last)
      break
    case Piece.FINISH_ROWS: finish_rows(l, first * ROWS, lastRow(last)); break
    case Piece.STEPS: if (FULL) backward_steps(l, first * rowsOfPiece(it), lastRow(last, rowsOfPiece(it))); break
    case Piece.UPDATE: update_layer(l, first, last); break
    case Piece.ADD_DELTAS:
      if (FULL) add_deltas(l, first * ROWS, lastRow(last))
      break
    case Piece.GRADIENT: gradient_of(l, first, last); break
  }
}

function gather(first: i32, last: i32): void {
  gather_inputs(batch.data, first, last)
  if (batch.training && packsInputs) pack_inputs(first, last)
}
